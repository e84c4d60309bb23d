#include "assets/ingest/archive.h"

#include <catch2/catch.hpp>

#include "tests/unit/assets/support.h"

namespace {

struct Unpacked {
  bool ok;
  assets::FileSet files;
  assets::Report report;
};

Unpacked unpack(const std::string& zip, const assets::ArchiveLimits& limits = {}) {
  Unpacked out{};
  const assets::Bytes bytes = test::bytes_of(zip);
  out.ok = assets::unpack(bytes, limits, out.files, out.report);
  return out;
}

}  // namespace

TEST_CASE("an archive is unpacked into memory, litter left out") {
  const auto out =
      unpack(test::zip_of({{"m/chair.obj", "v 0 0 0"}, {"m/oak.jpg", "x"}, {"__MACOSX/m/._chair.obj", "y"}}));
  REQUIRE(out.ok);
  CHECK(out.files.files.size() == 2);
  CHECK(out.files.find("m/chair.obj") != nullptr);
}

TEST_CASE("an archive cannot place files outside of itself") {
  for (const char* name : {"../evil.obj", "a/../../evil.obj", "/etc/cron.d/evil", "..\\evil.obj"}) {
    const auto out = unpack(test::zip_of({{name, "v 0 0 0"}}));
    INFO(name);
    CHECK_FALSE(out.ok);
    CHECK(out.report.has("archive.path"));
  }
}

TEST_CASE("links in archives are refused") {
  const auto out = unpack(test::zip_of({{"oak.jpg@link", "/etc/passwd"}}));
  CHECK_FALSE(out.ok);
  CHECK(out.report.has("archive.link"));
}

TEST_CASE("archives in archives are refused") {
  const auto out = unpack(test::zip_of({{"inner.zip", test::zip_of({{"a.obj", "v"}})}}));
  CHECK(out.report.has("archive.nested"));
}

TEST_CASE("an archive that blows up is stopped by its ratio") {
  const std::string zip = test::zip_of({{"bomb.obj", std::string(20U << 20U, '0')}});
  REQUIRE(zip.size() < 40'000);
  const auto out = unpack(zip);
  CHECK(out.report.has("archive.ratio"));
}

TEST_CASE("an archive is stopped at the total size and at the number of entries") {
  assets::ArchiveLimits small;
  small.unpacked_bytes_max = 1000;
  small.entries_max = 3;
  CHECK(unpack(test::zip_of({{"a", std::string(600, 'a')}, {"b", std::string(600, 'b')}}), small)
            .report.has("archive.too-large"));
  CHECK(unpack(test::zip_of({{"a", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}}), small).report.has("archive.entries"));
}

TEST_CASE("a cut-off archive is refused wherever it was cut") {
  const std::string zip = test::zip_of({{"chair.obj", std::string(3000, 'v')}, {"chair.mtl", "newmtl a"}});
  for (std::size_t size = 0; size < zip.size(); size += 7) {
    const auto out = unpack(zip.substr(0, size));
    CHECK_FALSE(out.ok);
    CHECK(out.report.has_errors());
  }
}

TEST_CASE("bytes flipped inside an archive are noticed or harmless, never a crash") {
  const std::string zip = test::zip_of({{"chair.obj", "v 1 2 3\nv 2 3 4\nv 4 5 6\nf 1 2 3\n"}});
  for (std::size_t at = 0; at < zip.size(); ++at) {
    std::string broken = zip;
    broken[at] = static_cast<char>(broken[at] ^ 0x5a);
    const auto out = unpack(broken);
    CHECK(out.ok != out.report.has_errors());
  }
}
