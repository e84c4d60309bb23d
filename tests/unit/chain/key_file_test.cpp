#include "chain-bridge/keys/key_file.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "chain-bridge/eth/keccak.h"

namespace {

/// Words that are all different, and never the machine's randomness.
bool counted_key_bytes(std::span<std::uint8_t> out) {
  static std::uint64_t count = 0;
  const chain::Word word = chain::keccak256(chain::Word::of(++count).bytes);
  std::copy_n(word.bytes.begin(), out.size(), out.begin());
  return true;
}

struct Folder {
  std::string path = std::filesystem::temp_directory_path() / "galleria-keys-XXXXXX";
  Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

}  // namespace

TEST_CASE("a key is made once, for its owner's eyes only, and found again") {
  const Folder folder;
  const std::string path = folder.path + "/sender.key";
  const auto made = chain::load_or_make_key(path, counted_key_bytes);
  REQUIRE(made.ok());
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  const auto again = chain::load_or_make_key(path, counted_key_bytes);
  REQUIRE(again.ok());
  CHECK(again->address() == made->address());
}

TEST_CASE("a key file that others may read, or that holds something else, is refused") {
  const Folder folder;
  const std::string path = folder.path + "/sender.key";
  REQUIRE(chain::load_or_make_key(path, counted_key_bytes).ok());
  REQUIRE(::chmod(path.c_str(), 0644) == 0);
  CHECK_FALSE(chain::load_or_make_key(path, counted_key_bytes).ok());
  const std::string other = folder.path + "/other.key";
  std::ofstream(other) << "0x1234\n";
  REQUIRE(::chmod(other.c_str(), 0600) == 0);
  CHECK_FALSE(chain::load_or_make_key(other, counted_key_bytes).ok());
}

TEST_CASE("without randomness no key is made") {
  const Folder folder;
  const std::string path = folder.path + "/sender.key";
  CHECK_FALSE(chain::load_or_make_key(path, [](std::span<std::uint8_t>) { return false; }).ok());
  CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("the well-known development accounts are known") {
  CHECK(chain::is_development_account(chain::Address::parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266").value()));
  CHECK_FALSE(chain::is_development_account(chain::Address{}));
}
