#include "chain-bridge/keys/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace chain {

namespace {

constexpr std::size_t kTextBytes = 66;  ///< "0x" and 64 digits
constexpr mode_t kOwnerOnly = 0600;

/// A file descriptor that closes itself.
class File {
 public:
  File(const std::string& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC, kOwnerOnly)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (m_fd >= 0) ::close(m_fd);
  }
  [[nodiscard]] int fd() const { return m_fd; }

 private:
  int m_fd;
};

/// Whether the bytes can be what the file is for.
using Suits = bool (*)(const Word&);

proto::Result<Word, std::string> read_secret(const File& file, const std::string& path, Suits suits) {
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0 || !S_ISREG(status.st_mode)) return proto::fail(path + " is not a file");
  if ((status.st_mode & 077U) != 0) return proto::fail(path + " can be read by others; run: chmod 600 " + path);
  std::array<char, kTextBytes + 1> text{};
  const ssize_t got = ::read(file.fd(), text.data(), text.size());
  const bool sized =
      got == static_cast<ssize_t>(kTextBytes) || (got == static_cast<ssize_t>(text.size()) && text.back() == '\n');
  const auto word = sized ? Word::parse({text.data(), kTextBytes}) : std::nullopt;
  OPENSSL_cleanse(text.data(), text.size());
  if (!word || !suits(*word)) return proto::fail(path + " does not hold a private key (0x and 64 hexadecimal digits)");
  return *word;
}

proto::Result<Word, std::string> make_secret(const std::string& path, const RandomSource& random, Suits suits) {
  Word word;
  bool made = false;
  // All but one in 2^128 random words suit; the bound only guards against a source that repeats itself.
  for (int i = 0; i < 4 && !made; ++i) made = random(word.bytes) && suits(word);
  if (!made) return proto::fail(std::string("the machine has no randomness to make a key from"));
  const File file(path, O_WRONLY | O_CREAT | O_EXCL);
  std::string text = word.hex() + "\n";
  const bool written = file.fd() >= 0 &&
                       ::write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file.fd()) == 0;
  OPENSSL_cleanse(text.data(), text.size());
  if (!written) return proto::fail("cannot write the key file " + path);
  return word;
}

proto::Result<Word, std::string> load_or_make(const std::string& path, const RandomSource& random, Suits suits) {
  const File file(path, O_RDONLY | O_NOFOLLOW);
  if (file.fd() >= 0) return read_secret(file, path, suits);
  if (errno != ENOENT) return proto::fail("cannot open the key file " + path);
  return make_secret(path, random, suits);
}

}  // namespace

proto::Result<SecretKey, std::string> load_or_make_key(const std::string& path, const RandomSource& random) {
  auto word = load_or_make(path, random, [](const Word& bytes) { return SecretKey::from(bytes).has_value(); });
  if (!word) return proto::fail(word.error());
  auto key = SecretKey::from(*word);
  OPENSSL_cleanse(word->bytes.data(), word->bytes.size());
  return std::move(*key);
}

proto::Result<Word, std::string> load_or_make_secret(const std::string& path, const RandomSource& random) {
  return load_or_make(path, random, [](const Word& bytes) { return !bytes.is_zero(); });
}

bool is_development_account(const Address& address) {
  // Accounts of the mnemonic "test test test test test test test test test test test junk".
  static constexpr std::array<std::string_view, 10> kKnown{
      "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x70997970C51812dc3A010C7d01b50e0d17dc79C8",
      "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC", "0x90F79bf6EB2c4f870365E785982E1f101E93b906",
      "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65", "0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc",
      "0x976EA74026E726554dB657fA54763abd0C3a0aa9", "0x14dC79964da2C08b23698B3D3cc7Ca32193d9955",
      "0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f", "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"};
  const std::string text = address.text();
  return std::any_of(kKnown.begin(), kKnown.end(), [&text](std::string_view known) { return text == known; });
}

}  // namespace chain
