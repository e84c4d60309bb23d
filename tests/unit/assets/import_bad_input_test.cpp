#include <catch2/catch.hpp>
#include <map>

#include "tests/unit/assets/support.h"

using assets::ImportState;
using nlohmann::json;

TEST_CASE("every file of bad-input gets a clear answer") {
  const auto data = test::shared_data();
  if (!data) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  const std::map<std::string, std::string> expected = {
      {"bigoffset.gltf", "gltf.range"},      {"deepnodes20000.gltf", "gltf.node-depth"},
      {"extfile.gltf", "reference.outside"}, {"hugecount_nobv.gltf", "gltf.count"},
      {"mtl.obj", "reference.outside"},      {"sparsebomb.gltf", "gltf.count"},
  };
  test::Workshop workshop;
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(*data / "bad-input")) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    REQUIRE(expected.contains(name));
    const auto result = workshop.import(name, test::read_file(entry.path()));
    INFO(result.report.to_text());
    CHECK(result.state == ImportState::kRefused);
    CHECK(result.report.has(expected.at(name)));
    ++seen;
  }
  CHECK(seen == expected.size());
}

TEST_CASE("an OBJ that names a file outside of the upload is refused, not read without it") {
  test::Workshop workshop;
  for (const char* path : {"../../../../../etc/passwd", "/etc/passwd", "..\\..\\secret.mtl"}) {
    const auto result = workshop.import("box.obj", test::box_obj(std::string("mtllib ") + path));
    INFO(path << ": " << result.report.to_text());
    CHECK(result.state == ImportState::kRefused);
    CHECK(result.report.has("reference.outside"));
    CHECK_FALSE(result.report.to_text().find("root:") != std::string::npos);
  }
}

TEST_CASE("a texture outside of the upload is refused too") {
  test::Workshop workshop;
  const std::string zip = test::zip_of({{"m/box.obj", test::box_obj("mtllib box.mtl\nusemtl a")},
                                        {"m/box.mtl", "newmtl a\nKd 1 1 1\nmap_Kd ../../../etc/passwd\n"}});
  const auto result = workshop.import("box.zip", zip);
  INFO(result.report.to_text());
  CHECK(result.report.has("reference.outside"));
}

TEST_CASE("a missing material or texture is named") {
  test::Workshop workshop;
  const auto no_mtl = workshop.import("box.obj", test::box_obj("mtllib box.mtl"));
  INFO(no_mtl.report.to_text());
  CHECK(no_mtl.report.has("reference.missing"));
  const std::string zip =
      test::zip_of({{"box.obj", test::box_obj("mtllib box.mtl\nusemtl a")}, {"box.mtl", "newmtl a\nmap_Kd oak.png\n"}});
  const auto no_texture = workshop.import("box.zip", zip);
  INFO(no_texture.report.to_text());
  CHECK(no_texture.report.has("reference.missing"));
}

TEST_CASE("what is not a model is refused by what it is") {
  test::Workshop workshop;
  const std::map<std::string, std::pair<std::string, std::string>> cases = {
      {"empty.glb", {"", "upload.empty"}},
      {"page.html", {"<html></html>", "upload.format"}},
      {"wrong.glb", {"not a glb", "upload.format"}},
      {"renamed.obj", {"glTF....", "upload.format"}},
      {"pictures.zip", {test::zip_of({{"a.png", "x"}}), "archive.no-model"}},
      {"two.zip", {test::zip_of({{"a.obj", "v"}, {"b.obj", "v"}}), "archive.many-models"}},
      {"broken.zip", {"PK\x03\x04 and then nothing", "archive.broken"}},
      {"escape.zip", {test::zip_of({{"../a.obj", "v"}}), "archive.path"}},
      {"bomb.zip", {test::zip_of({{"a.obj", std::string(20U << 20U, '0')}}), "archive.ratio"}},
      {"bomb.3mf", {test::zip_of({{"3D/3dmodel.model", std::string(20U << 20U, ' ')}}), "archive.ratio"}},
      {"text.obj", {"hello", ""}},
      {"nan.obj", {"v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", ""}},
      {"far.obj", {"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", ""}},
      {"deep.gltf", {std::string(2'000'000, '['), "gltf.json-depth"}},
      {"extras.gltf",
       {test::triangle_gltf().dump().insert(1, "\"extras\":" + std::string(1000, '[') + std::string(1000, ']') + ","),
        "gltf.json-depth"}},
  };
  for (const auto& [name, content] : cases) {
    const auto result = workshop.import(name, content.first);
    INFO(name << ": " << result.report.to_text());
    CHECK(result.state == ImportState::kRefused);
    CHECK(result.report.has_errors());
    if (!content.second.empty()) CHECK(result.report.has(content.second));
    CHECK_FALSE(result.piece.has_value());
  }
}

TEST_CASE("an upload above the limit is refused before any worker starts") {
  test::Workshop workshop;
  workshop.environment.limits.upload_bytes_max = 1000;
  workshop.environment.worker = "/nowhere";
  const auto result = workshop.import("a.glb", std::string(1001, 'x'));
  CHECK(result.state == ImportState::kRefused);
  CHECK(result.report.has("upload.too-large"));
}

TEST_CASE("sizes that no piece has are refused") {
  test::Workshop workshop;
  CHECK(workshop
            .import("huge.gltf",
                    test::triangle_with({{"nodes", json::array({{{"mesh", 0}, {"scale", {1000, 1000, 1000}}}})}}))
            .report.has("size.implausible"));
  CHECK(workshop.import("huge.obj", test::box_obj(""), {1e9, 0, 0}).report.has("size.implausible"));
}

TEST_CASE("a damaged texture is named with its place") {
  test::Workshop workshop;
  const std::string zip = test::zip_of({{"box.obj", test::box_obj("mtllib box.mtl\nusemtl a")},
                                        {"box.mtl", "newmtl a\nmap_Kd oak.png\n"},
                                        {"oak.png", std::string("\x89PNG\r\n\x1a\n", 8) + "broken"}});
  const auto result = workshop.import("box.zip", zip);
  INFO(result.report.to_text());
  CHECK(result.report.has("texture.format"));
}
