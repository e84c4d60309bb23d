// galleria-keys FOLDER NAME...: makes the named keys where they are missing and prints their addresses as NAME=0x...
// lines. A key never leaves its file.
#include <openssl/rand.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "chain-bridge/keys/key_file.h"

namespace {

bool random_bytes(std::span<std::uint8_t> out) { return RAND_bytes(out.data(), static_cast<int>(out.size())) == 1; }

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: galleria-keys FOLDER NAME...\n");
    return 2;
  }
  const std::string folder = argv[1];
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    std::fprintf(stderr, "galleria-keys: cannot make the folder %s\n", folder.c_str());
    return 1;
  }
  for (int i = 2; i < argc; ++i) {
    const std::string name = argv[i];
    if (!is_name(name)) {
      std::fprintf(stderr, "galleria-keys: \"%s\" is not a name (small letters, digits, hyphens)\n", name.c_str());
      return 2;
    }
    const auto key = chain::load_or_make_key(folder + "/" + name + ".key", random_bytes);
    if (!key) {
      std::fprintf(stderr, "galleria-keys: %s\n", key.error().c_str());
      return 1;
    }
    std::printf("%s=%s\n", name.c_str(), key->address().text().c_str());
  }
  return 0;
}
