#include <catch2/catch.hpp>

#include "assets/cook/geometry.h"
#include "assets/cook/soup.h"
#include "assets/gltf/document.h"
#include "assets/gltf/json_text.h"
#include "assets/gltf/model.h"
#include "tests/unit/assets/support.h"

using assets::Report;
using assets::gltf::check;
using assets::gltf::parse_json;
using nlohmann::json;

namespace {

struct Outcome {
  std::optional<assets::gltf::Document> document;
  std::optional<assets::gltf::Model> model;
  Report report;
};

Outcome read(const std::string& text, const std::map<std::string, std::string>& others = {}) {
  assets::FileSet files;
  files.files["model.gltf"] = test::bytes_of(text);
  for (const auto& [name, content] : others) files.files[name] = test::bytes_of(content);
  Outcome out;
  out.document = assets::gltf::read_document(files, "model.gltf", out.report);
  if (out.document) out.model = check(*out.document, {}, out.report);
  return out;
}

/// Whoever holds a Model may follow every index in it: what passed the checks goes through all that reads geometry.
void follow(Outcome& out) {
  if (!out.model) return;
  bool finite = true;
  static_cast<void>(assets::flatten(*out.document, *out.model, finite));
  if (!assets::is_rebuildable(*out.document, *out.model)) return;
  static_cast<void>(assets::cook_geometry(*out.document, *out.model, 1000, out.report));
}

std::string patched(const char* pointer, const json& value) {
  json document = test::triangle_gltf();
  document[json::json_pointer(pointer)] = value;
  return document.dump();
}

}  // namespace

TEST_CASE("one triangle is read") {
  const auto out = read(test::triangle_gltf().dump());
  REQUIRE(out.model.has_value());
  CHECK(out.model->triangles == 1);
  CHECK(assets::gltf::read_floats(*out.document, *out.model, 0) == std::vector<float>{0, 0, 0, 1, 0, 0, 0, 1, 0});
}

TEST_CASE("JSON is bounded in depth and in values before it is built") {
  CHECK(parse_json(std::string(64, '[') + std::string(64, ']')).ok());
  CHECK(parse_json(std::string(65, '[') + std::string(65, ']')).error() == assets::gltf::JsonFault::kTooDeep);
  CHECK(parse_json(std::string(2'000'000, '[')).error() == assets::gltf::JsonFault::kTooDeep);
  CHECK(parse_json(R"({"a":"[[[[\"[[[["})", {4, 100}).ok());
  CHECK(parse_json("[1,2,3,4]", {8, 4}).error() == assets::gltf::JsonFault::kTooManyValues);
  CHECK(parse_json("{\"a\":").error() == assets::gltf::JsonFault::kSyntax);
}

TEST_CASE("each lie of a file has its own answer") {
  struct Case {
    const char* what;
    std::string text;
    const char* code;
  };
  const std::vector<Case> cases = {
      {"offset", patched("/accessors/0/byteOffset", 4294967290U), "gltf.range"},
      {"view beyond buffer", patched("/bufferViews/0/byteLength", 40), "gltf.range"},
      {"view begins far out", patched("/bufferViews/0/byteOffset", 9007199254740991ULL), "gltf.range"},
      {"count", patched("/accessors/0/count", 4), "gltf.range"},
      {"huge count", patched("/accessors/0/count", 4000000000U), "gltf.count"},
      {"negative count", patched("/accessors/0/count", -3), "gltf.count"},
      {"component", patched("/accessors/0/componentType", 5124), "gltf.structure"},
      {"alignment",
       patched("/accessors/0",
               {{"bufferView", 0}, {"componentType", 5126}, {"type", "VEC3"}, {"count", 2}, {"byteOffset", 2}}),
       "gltf.alignment"},
      {"stride", patched("/bufferViews/0/byteStride", 4), "gltf.range"},
      {"mesh index", patched("/nodes/0/mesh", 1), "gltf.index"},
      {"child of itself", patched("/nodes/0/children", json::array({0})), "gltf.cycle"},
      {"no scene", patched("/scenes", json::array()), "gltf.index"},
      {"no position", patched("/meshes/0/primitives/0/attributes", {{"NORMAL", 0}}), "gltf.structure"},
      {"mode", patched("/meshes/0/primitives/0/mode", 7), "gltf.structure"},
      {"points only", patched("/meshes/0/primitives/0/mode", 0), "mesh.empty"},
      {"matrix", patched("/nodes/0/matrix", json::array({1, 2, 3})), "gltf.structure"},
      {"list of numbers", patched("/nodes", json::array({1})), "gltf.structure"},
      {"version", patched("/asset/version", "1.0"), "gltf.version"},
      {"buffer too short", patched("/buffers/0/byteLength", 37), "gltf.range"},
      {"base64", patched("/buffers/0/uri", "data:;base64,AAAA!AAA"), "gltf.uri"},
      {"passwd", patched("/buffers/0/uri", "../../../../../etc/passwd"), "reference.outside"},
      {"passwd, percent", patched("/buffers/0/uri", "%2e%2e/%2e%2e/etc/passwd"), "reference.outside"},
      {"remote", patched("/buffers/0/uri", "https://example.org/a.bin"), "reference.remote"},
      {"missing", patched("/buffers/0/uri", "a.bin"), "reference.missing"},
      {"extension", patched("/extensionsRequired", json::array({"KHR_draco_mesh_compression"})), "gltf.extension"},
      {"skin", patched("/nodes/0/skin", 0), "gltf.index"},
      {"not a glTF", "[]", "gltf.structure"},
      {"empty", "", "gltf.json"},
  };
  for (const Case& c : cases) {
    const auto out = read(c.text);
    INFO(c.what << ": " << out.report.to_text());
    CHECK_FALSE(out.model.has_value());
    CHECK(out.report.has(c.code));
  }
}

TEST_CASE("indices are of the three unsigned types: others were checked as one or two bytes and read as four") {
  // Behind the three positions lie the bytes 0 0 1 0 2 0: good indices as bytes and as shorts, far out as words.
  json document = test::triangle_gltf();
  document["bufferViews"].push_back({{"buffer", 0}, {"byteOffset", 36}, {"byteLength", 6}});
  document["buffers"][0] = {
      {"byteLength", 42},
      {"uri", "data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAAAAABAAIA"}};
  document["meshes"][0]["primitives"][0]["indices"] = 1;
  for (const auto& [component, good] : {std::pair(5120, false), {5121, true}, {5122, false}, {5123, true}}) {
    document["accessors"][1] = {{"bufferView", 1}, {"componentType", component}, {"type", "SCALAR"}, {"count", 3}};
    auto out = read(document.dump());
    INFO(component << ": " << out.report.to_text());
    follow(out);
    CHECK(out.model.has_value() == good);
    CHECK(out.report.has("gltf.structure") != good);
  }
}

TEST_CASE("sparse indices are of the three unsigned types") {
  json accessor = test::triangle_gltf()["accessors"][0];
  for (const int component : {5120, 5122, 5126}) {
    accessor["sparse"] = {{"count", 1},
                          {"indices", {{"bufferView", 0}, {"byteOffset", 34}, {"componentType", component}}},
                          {"values", {{"bufferView", 0}}}};
    auto out = read(patched("/accessors/0", accessor));
    INFO(component << ": " << out.report.to_text());
    follow(out);
    CHECK_FALSE(out.model.has_value());
  }
}

TEST_CASE("attributes have the shape that the format gives them: a normal of one number was repaired as three") {
  struct Case {
    const char* name;
    const char* type;
    int component;
    bool good;
  };
  const std::vector<Case> cases = {
      {"NORMAL", "VEC3", 5126, true},      {"NORMAL", "SCALAR", 5126, false},  {"NORMAL", "VEC2", 5126, false},
      {"NORMAL", "VEC3", 5123, false},     {"TANGENT", "VEC4", 5126, true},    {"TANGENT", "VEC3", 5126, false},
      {"TEXCOORD_0", "VEC2", 5126, true},  {"TEXCOORD_0", "VEC2", 5123, true}, {"TEXCOORD_0", "VEC3", 5126, false},
      {"TEXCOORD_0", "VEC2", 5122, false}, {"COLOR_0", "VEC3", 5126, true},    {"COLOR_0", "VEC4", 5123, true},
      {"COLOR_0", "VEC2", 5126, false},    {"JOINTS_0", "VEC4", 5123, true},   {"JOINTS_0", "VEC4", 5126, false},
      {"JOINTS_0", "VEC3", 5123, false},   {"WEIGHTS_0", "VEC4", 5126, true},  {"WEIGHTS_0", "SCALAR", 5126, false},
      {"_NOTE", "SCALAR", 5126, true},
  };
  for (const Case& c : cases) {
    json document = test::triangle_gltf();
    // Whole numbers lie as closely as the format wants them: every element begins at a multiple of four.
    document["bufferViews"].push_back({{"buffer", 0}, {"byteLength", 36}});
    if (c.component != 5126) document["bufferViews"][1]["byteStride"] = 8;
    document["accessors"].push_back(
        {{"bufferView", 1}, {"componentType", c.component}, {"type", c.type}, {"count", 3}});
    if (c.component != 5126) document["accessors"][1]["normalized"] = std::string_view(c.name) != "JOINTS_0";
    if (std::string_view(c.type) == "VEC4" && c.component == 5126) {
      document["bufferViews"][1] = {{"buffer", 0}, {"byteLength", 48}};
      document["buffers"][0]["byteLength"] = 48;
      document["buffers"][0]["uri"] =
          "data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAAAAAAAAAAAAAAAAAA";
    }
    document["meshes"][0]["primitives"][0]["attributes"][c.name] = 1;
    auto out = read(document.dump());
    INFO(c.name << " " << c.type << " " << c.component << ": " << out.report.to_text());
    follow(out);
    CHECK(out.model.has_value() == c.good);
    CHECK(out.report.has("gltf.structure") != c.good);
  }
}

TEST_CASE("twenty thousand nested nodes end in an answer, not in a stack overflow") {
  json document = test::triangle_gltf();
  document["nodes"] = json::array();
  for (int i = 0; i < 20'000; ++i) document["nodes"].push_back({{"children", {i + 1}}});
  document["nodes"].push_back({{"mesh", 0}});
  CHECK(read(document.dump()).report.has("gltf.count"));
  document["nodes"] = json::array();
  for (int i = 0; i < 300; ++i) document["nodes"].push_back({{"children", {i + 1}}});
  document["nodes"].push_back({{"mesh", 0}});
  CHECK(read(document.dump()).report.has("gltf.node-depth"));
}

TEST_CASE("a sparse accessor cannot ask for memory that the file does not bring") {
  const json accessor = {
      {"componentType", 5126},
      {"type", "VEC3"},
      {"count", 15'000'000},
      {"sparse",
       {{"count", 1}, {"indices", {{"bufferView", 0}, {"componentType", 5125}}}, {"values", {{"bufferView", 0}}}}}};
  CHECK(read(patched("/accessors/0", accessor)).report.has("gltf.count"));
}

TEST_CASE("sparse values replace what lies under them") {
  // Element 0 becomes (0 0 0) -> (1, 0, 0): the values are the second position of the buffer.
  json accessor = test::triangle_gltf()["accessors"][0];
  accessor["sparse"] = {{"count", 1},
                        {"indices", {{"bufferView", 0}, {"componentType", 5121}}},
                        {"values", {{"bufferView", 0}, {"byteOffset", 12}}}};
  const auto out = read(patched("/accessors/0", accessor));
  INFO(out.report.to_text());
  REQUIRE(out.model.has_value());
  CHECK(assets::gltf::read_floats(*out.document, *out.model, 0) == std::vector<float>{1, 0, 0, 1, 0, 0, 0, 1, 0});
}

TEST_CASE("separate buffers are gathered into one without changing what they say") {
  json document = test::triangle_gltf();
  document["buffers"] =
      json::array({{{"byteLength", 5}, {"uri", "first.bin"}}, {{"byteLength", 36}, {"uri", "sub/second.bin"}}});
  document["bufferViews"][0]["buffer"] = 1;
  const std::string data("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x80\x3f\0\0\0\0", 36);
  const auto out = read(document.dump(), {{"first.bin", "12345"}, {"sub/second.bin", data}});
  INFO(out.report.to_text());
  REQUIRE(out.model.has_value());
  CHECK(assets::gltf::read_floats(*out.document, *out.model, 0)[3] == 1.0F);
  CHECK(out.document->json["buffers"].size() == 1);
}

TEST_CASE("a GLB that is written reads back the same, and cut anywhere it is refused") {
  auto out = read(test::triangle_with({{"extras", {{"note", "kept"}}}}));
  const assets::Bytes glb = assets::gltf::write_glb(*out.document);
  assets::FileSet files;
  files.files["m.glb"] = glb;
  Report report;
  const auto again = assets::gltf::read_document(files, "m.glb", report);
  REQUIRE(again.has_value());
  CHECK(again->json == out.document->json);
  CHECK(again->bin == out.document->bin);
  for (std::size_t size = 0; size < glb.size(); size += 3) {
    files.files["m.glb"] = assets::Bytes(glb.begin(), glb.begin() + static_cast<std::ptrdiff_t>(size));
    Report cut;
    CHECK_FALSE(assets::gltf::read_document(files, "m.glb", cut).has_value());
    CHECK(cut.has_errors());
  }
}

TEST_CASE("strips and fans are unrolled with their winding kept") {
  json document = test::triangle_gltf();
  document["accessors"][0]["count"] = 3;
  document["meshes"][0]["primitives"][0]["mode"] = 5;
  const auto out = read(document.dump());
  REQUIRE(out.model.has_value());
  assets::gltf::Primitive strip = out.model->meshes[0][0];
  strip.vertices = 5;
  CHECK(assets::gltf::read_triangles(*out.document, *out.model, strip) ==
        std::vector<std::uint32_t>{0, 1, 2, 1, 3, 2, 2, 3, 4});
  strip.mode = 6;
  CHECK(assets::gltf::read_triangles(*out.document, *out.model, strip) ==
        std::vector<std::uint32_t>{0, 1, 2, 0, 2, 3, 0, 3, 4});
}
