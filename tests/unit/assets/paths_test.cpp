#include <catch2/catch.hpp>

#include "assets/ingest/files.h"

using assets::Reference;
using assets::resolve;

TEST_CASE("paths inside the upload are normalised") {
  CHECK(resolve("", "a/./b//c.png").path == "a/b/c.png");
  CHECK(resolve("models", "../textures/oak.jpg").path == "textures/oak.jpg");
  CHECK(resolve("", "textures\\oak.jpg").path == "textures/oak.jpg");
  CHECK(resolve("a", "b..c/d").path == "a/b..c/d");
}

TEST_CASE("paths that leave the upload are outside, however they are written") {
  for (const char* path : {"../x", "a/../../x", "/etc/passwd", "..\\..\\x", "C:\\Users\\x.png", "c:/x", "~/x", "..", "",
                           ".", "\\\\host\\share"}) {
    INFO(path);
    CHECK(resolve("", path).reference == Reference::kOutside);
  }
  CHECK(resolve("deep/er", "../../../x").reference == Reference::kOutside);
  CHECK(resolve("", "http://example.org/x.png").reference == Reference::kRemote);
  CHECK(resolve("", "file:///etc/passwd").reference == Reference::kRemote);
}

TEST_CASE("percent signs in URIs are decoded, and hide no zero byte") {
  CHECK(assets::percent_decoded("a%20b%2Fc") == "a b/c");
  CHECK(assets::percent_decoded("%41") == "A");
  CHECK_FALSE(assets::percent_decoded("%4").has_value());
  CHECK_FALSE(assets::percent_decoded("x%zz").has_value());
  CHECK_FALSE(assets::percent_decoded("x%00").has_value());
  // Decoded once and then judged: an escape cannot be smuggled in.
  CHECK(resolve("", *assets::percent_decoded("%2e%2e/%2e%2e/etc/passwd")).reference == Reference::kOutside);
}

TEST_CASE("endings are those of the last part, in lower case") {
  CHECK(assets::ending_of("a.b/Chair.OBJ") == "obj");
  CHECK(assets::ending_of("a.b/chair").empty());
}
