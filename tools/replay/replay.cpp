/// galleria-replay FILE: lives through a recording and prints where it ends. The hash covers movement and outfits, not
/// props (Bullet gives the same bits only within one build); it must be the same in every build of ours. Exit code 1
/// when the file cannot be read, 2 when the recording says that it ended in another state.
#include <CLI/CLI.hpp>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include "world-server/world/recording.h"

namespace {

int run(const std::string& file) {
  std::error_code problem;
  const std::uintmax_t size_bytes = std::filesystem::file_size(file, problem);
  if (problem || size_bytes > world::kRecordingBytesMax) {
    std::fprintf(stderr, "galleria-replay: %s cannot be read or is too large\n", file.c_str());
    return 1;
  }
  std::vector<std::uint8_t> bytes(size_bytes);
  std::ifstream stream(file, std::ios::binary);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) {
    std::fprintf(stderr, "galleria-replay: %s cannot be read\n", file.c_str());
    return 1;
  }
  const auto replayed = world::replay(bytes);
  if (!replayed.ok()) {
    std::fprintf(stderr, "galleria-replay: %s\n", replayed.error().c_str());
    return 1;
  }
  std::printf("tick %u state %016" PRIx64 "\n", replayed->tick, replayed->state_hash);
  if (!replayed->recorded_end || replayed->recorded_end->state_hash == replayed->state_hash) return 0;
  std::fprintf(stderr, "galleria-replay: the recording ended in state %016" PRIx64 "\n",
               replayed->recorded_end->state_hash);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  std::string file;
  CLI::App app("Replays a recorded world and prints the hash of its final state");
  app.add_option("file", file, "a recording made by the server")->required();
  CLI11_PARSE(app, argc, argv);
  return run(file);
}
