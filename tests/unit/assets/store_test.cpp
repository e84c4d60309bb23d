#include "assets/store/store.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <thread>

#include "tests/unit/assets/support.h"

namespace fs = std::filesystem;
using assets::Store;
using assets::StoreError;

namespace {

std::size_t files_under(const fs::path& root) {
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) count += entry.is_regular_file() ? 1 : 0;
  return count;
}

Store::Stage g_die_at{};

void die_there(Store::Stage stage) {
  if (stage == g_die_at) ::kill(::getpid(), SIGKILL);
}

}  // namespace

TEST_CASE("the store names bytes by their SHA-256") {
  const test::Folder folder;
  auto store = Store::open(folder.path());
  const auto stored = store->put(test::bytes_of("abc"));
  REQUIRE(stored.ok());
  // FIPS 180-4, example B.1.
  CHECK(stored.value().sha.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(store->path_of(stored.value().sha) == folder.path() / "ba" / stored.value().sha.hex());
  CHECK(test::read_file(store->path_of(stored.value().sha)) == "abc");
  CHECK(store->read(stored.value().sha, 3).value() == "abc");
}

TEST_CASE("the same bytes are kept once, from memory or from a file") {
  const test::Folder folder;
  const test::Folder elsewhere;
  auto store = Store::open(folder.path());
  const auto first = store->put(test::bytes_of("a chair"));
  const auto second = store->put_file(elsewhere.write("upload", "a chair"), 100);
  REQUIRE(second.ok());
  CHECK(first.value().sha == second.value().sha);
  CHECK(files_under(folder.path()) == 1);
}

TEST_CASE("a file above the limit is refused and leaves nothing behind") {
  const test::Folder folder;
  const test::Folder elsewhere;
  auto store = Store::open(folder.path());
  const auto stored = store->put_file(elsewhere.write("upload", std::string(1001, 'x')), 1000);
  CHECK(stored.error() == StoreError::kTooLarge);
  CHECK(files_under(folder.path()) == 0);
  CHECK(store->put_file(elsewhere.path() / "absent", 10).error() == StoreError::kNotFound);
}

TEST_CASE("bytes that rotted on disk are not handed out") {
  const test::Folder folder;
  auto store = Store::open(folder.path());
  const auto stored = store->put(test::bytes_of("a table"));
  fs::resize_file(store->path_of(stored.value().sha), 3);
  CHECK(store->read(stored.value().sha, 100).error() == StoreError::kIo);
}

TEST_CASE("a kill at any moment leaves the whole file or none") {
  for (const auto stage :
       {Store::Stage::kCreated, Store::Stage::kWritten, Store::Stage::kSynced, Store::Stage::kRenamed}) {
    const test::Folder folder;
    g_die_at = stage;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      auto store = Store::open(folder.path(), die_there);
      static_cast<void>(store->put(test::bytes_of(std::string(100'000, 'z'))));
      ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    auto store = Store::open(folder.path());
    REQUIRE(store.ok());
    const auto sha = assets::sha256(test::bytes_of(std::string(100'000, 'z')));
    const bool renamed = stage == Store::Stage::kRenamed;
    CHECK(store->has(sha) == renamed);
    CHECK(files_under(folder.path()) == (renamed ? 1 : 0));
    if (renamed) CHECK(store->read(sha, 200'000).ok());
    CHECK(store->put(test::bytes_of(std::string(100'000, 'z'))).ok());
    CHECK(store->read(sha, 200'000).ok());
  }
}

TEST_CASE("a disk that is full is said so, and nothing half-written stays") {
  const test::Folder folder;
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // A limit on file size makes write() fail in the middle, as a full disk does.
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, 4096};
    ::setrlimit(RLIMIT_FSIZE, &small);
    auto store = Store::open(folder.path());
    const auto stored = store->put(assets::Bytes(100'000, 7));
    const bool right = !stored.ok() && stored.error() == StoreError::kDiskFull && files_under(folder.path()) == 0;
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("notes are kept beside their bytes and replaced whole") {
  const test::Folder folder;
  auto store = Store::open(folder.path());
  const auto stored = store->put(test::bytes_of("x"));
  CHECK(store->note(stored.value().sha, "import-1").error() == StoreError::kNotFound);
  REQUIRE(store->put_note(stored.value().sha, "import-1", R"({"a":1})").ok());
  REQUIRE(store->put_note(stored.value().sha, "import-1", R"({"a":2})").ok());
  CHECK(store->note(stored.value().sha, "import-1").value() == R"({"a":2})");
}

TEST_CASE("several threads may store the same bytes at once") {
  const test::Folder folder;
  auto store = Store::open(folder.path());
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 20; ++n) static_cast<void>(store->put(test::bytes_of("piece " + std::to_string(n))));
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(files_under(folder.path()) == 20);
}

TEST_CASE("only endings that are served have a media type") {
  CHECK(assets::media_type("glb") == "model/gltf-binary");
  CHECK(assets::media_type("webp") == "image/webp");
  CHECK_FALSE(assets::media_type("html").has_value());
  CHECK_FALSE(assets::media_type("svg").has_value());
}
