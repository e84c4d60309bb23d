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

proto::Result<SecretKey, std::string> read_key(const File& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.fd(), &status) != 0 || !S_ISREG(status.st_mode)) return proto::fail(path + " is not a file");
  if ((status.st_mode & 077U) != 0) return proto::fail(path + " can be read by others; run: chmod 600 " + path);
  std::array<char, kTextBytes + 1> text{};
  const ssize_t got = ::read(file.fd(), text.data(), text.size());
  const bool sized =
      got == static_cast<ssize_t>(kTextBytes) || (got == static_cast<ssize_t>(text.size()) && text.back() == '\n');
  const auto word = sized ? Word::parse({text.data(), kTextBytes}) : std::nullopt;
  OPENSSL_cleanse(text.data(), text.size());
  auto key = word ? SecretKey::from(*word) : std::nullopt;
  if (!key) return proto::fail(path + " does not hold a private key (0x and 64 hexadecimal digits)");
  return std::move(*key);
}

proto::Result<SecretKey, std::string> make_key(const std::string& path, const RandomSource& random) {
  Word word;
  std::optional<SecretKey> key;
  // All but one in 2^128 random words are keys; the bound only guards against a source that repeats itself.
  for (int i = 0; i < 4 && !key; ++i) {
    if (!random(word.bytes)) break;
    key = SecretKey::from(word);
  }
  if (!key) return proto::fail(std::string("the machine has no randomness to make a key from"));
  const File file(path, O_WRONLY | O_CREAT | O_EXCL);
  std::string text = word.hex() + "\n";
  const bool written = file.fd() >= 0 &&
                       ::write(file.fd(), text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file.fd()) == 0;
  OPENSSL_cleanse(text.data(), text.size());
  OPENSSL_cleanse(word.bytes.data(), word.bytes.size());
  if (!written) return proto::fail("cannot write the key file " + path);
  return std::move(*key);
}

}  // namespace

proto::Result<SecretKey, std::string> load_or_make_key(const std::string& path, const RandomSource& random) {
  const File file(path, O_RDONLY | O_NOFOLLOW);
  if (file.fd() >= 0) return read_key(file, path);
  if (errno != ENOENT) return proto::fail("cannot open the key file " + path);
  return make_key(path, random);
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
