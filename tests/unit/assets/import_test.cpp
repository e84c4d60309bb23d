#include "assets/importer.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <fstream>
#include <thread>

#include "tests/unit/assets/support.h"

using assets::ImportState;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::string model_of(const test::Workshop& workshop, const assets::ImportResult& result) {
  return test::read_file(workshop.store.path_of(result.piece->model));
}

/// A worker that is no worker: a shell script.
fs::path script(const test::Folder& folder, const std::string& body) {
  fs::path path = folder.write("worker.sh", "#!/bin/sh\n" + body);
  ::chmod(path.c_str(), 0700);
  return path;
}

}  // namespace

TEST_CASE("a box comes out in metres, on the floor, centred, as large as stated") {
  test::Workshop workshop;
  const auto result = workshop.import("box.obj", test::box_obj(""), {80, 0, 0});
  INFO(result.report.to_text());
  REQUIRE(result.state == ImportState::kReady);
  const assets::Piece& piece = *result.piece;
  CHECK(piece.size_m[0] == Approx(0.8F));
  CHECK(piece.size_m[1] == Approx(0.4F));
  CHECK(piece.size_m[2] == Approx(1.2F));
  CHECK(piece.triangles == 12);
  REQUIRE(piece.colliders.size() == 1);
  CHECK(piece.colliders[0].center_m[0] == Approx(0.0F).margin(1e-6));
  CHECK(piece.colliders[0].center_m[1] == Approx(0.2F));
  CHECK(piece.colliders[0].half_m[2] == Approx(0.6F));
  // The GLB itself says the same: the wrapping node brings the box's corner (10 5 -4) to (-0.4 0 -0.6).
  const json node = test::glb_json(model_of(workshop, result))["nodes"].back();
  CHECK(node["scale"][0].get<double>() == Approx(0.4));
  CHECK(10 * 0.4 + node["translation"][0].get<double>() == Approx(-0.4));
  CHECK(5 * 0.4 + node["translation"][1].get<double>() == Approx(0).margin(1e-6));
  CHECK(-4 * 0.4 + node["translation"][2].get<double>() == Approx(-0.6));
  CHECK(test::read_file(workshop.store.path_of(piece.source)) == test::box_obj(""));
}

TEST_CASE("a turned piece swaps width and depth, and its stated size means the turned piece") {
  test::Workshop workshop;
  const auto file = workshop.folder.write("upload", test::box_obj(""));
  const auto result = assets::import_upload(workshop.environment, {file, "box.obj", {120, 0, 0}, 90}, proto::TimeUs{1});
  REQUIRE(result.state == ImportState::kReady);
  CHECK(result.piece->size_m[0] == Approx(1.2F));
  CHECK(result.piece->size_m[2] == Approx(0.8F));
}

TEST_CASE("what comes out passes the reference validator") {
  test::Workshop workshop;
  std::vector<fs::path> models;
  const std::vector<std::pair<std::string, std::string>> uploads = {
      {"box.obj", test::box_obj("")},
      {"triangle.gltf", test::triangle_gltf().dump()},
      {"box.stl",
       "solid a\nfacet normal 0 0 1\nouter loop\nvertex 0 0 0\nvertex 1 0 0\nvertex 0 1 0\nendloop\nendfacet\nendsolid "
       "a\n"},
      {"tri.ply",
       "ply\nformat ascii 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty float z\nelement face "
       "1\nproperty list uchar int vertex_indices\nend_header\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"},
  };
  for (const auto& [name, bytes] : uploads) {
    const auto result = workshop.import(name, bytes, {50, 0, 0});
    INFO(name << ": " << result.report.to_text());
    REQUIRE(result.state == ImportState::kReady);
    models.push_back(workshop.store.path_of(result.piece->model));
  }
  for (const auto& verdict : test::validate(models)) {
    INFO(verdict.messages);
    CHECK(verdict.errors == 0);
  }
}

TEST_CASE("static glTF keeps its materials, extensions, variants and extras") {
  json document = test::triangle_gltf();
  document["extensionsUsed"] = {"KHR_materials_variants", "KHR_materials_sheen"};
  document["extensions"] = {{"KHR_materials_variants", {{"variants", {{{"name", "oak"}}, {{"name", "ash"}}}}}}};
  document["materials"] = {
      {{"name", "cloth"}, {"extensions", {{"KHR_materials_sheen", {{"sheenRoughnessFactor", 0.3}}}}}},
      {{"name", "wood"}, {"extras", {{"grain", 7}}}}};
  json& primitive = document["meshes"][0]["primitives"][0];
  primitive["material"] = 0;
  primitive["extensions"] = {{"KHR_materials_variants", {{"mappings", {{{"material", 1}, {"variants", {1}}}}}}}};
  test::Workshop workshop;
  const auto result = workshop.import("a.gltf", document.dump());
  INFO(result.report.to_text());
  REQUIRE(result.state == ImportState::kReady);
  const json out = test::glb_json(model_of(workshop, result));
  CHECK(out["materials"] == document["materials"]);
  CHECK(out["extensions"] == document["extensions"]);
  CHECK(out["meshes"][0]["primitives"][0]["extensions"] == primitive["extensions"]);
  CHECK(out["meshes"][0]["primitives"][0]["attributes"].contains("NORMAL"));
  CHECK(test::validate({workshop.store.path_of(result.piece->model)})[0].errors == 0);
}

TEST_CASE("the same upload gives the same bytes, cooked once") {
  test::Workshop first;
  test::Workshop second;
  const auto a = first.import("box.obj", test::box_obj(""), {80, 0, 0});
  const auto b = second.import("box.obj", test::box_obj(""), {80, 0, 0});
  REQUIRE(a.state == ImportState::kReady);
  CHECK(a.piece->model == b.piece->model);
  CHECK(a.piece->thumbnail == b.piece->thumbnail);
  // Without a worker the first workshop can only answer from what it knows.
  first.environment.worker = "/nowhere";
  const auto again = first.import("box.obj", test::box_obj(""), {80, 0, 0});
  CHECK(again.state == ImportState::kReady);
  CHECK(again.piece->to_json() == a.piece->to_json());
  CHECK(first.import("box.obj", test::box_obj(""), {81, 0, 0}).report.has("worker.missing"));
}

TEST_CASE("real furniture is imported whole") {
  const auto data = test::shared_data();
  if (!data) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  test::Workshop workshop;
  std::vector<fs::path> models;
  for (const auto& entry : fs::directory_iterator(*data / "furniture")) {
    if (entry.path().extension() != ".gltf") continue;
    const std::string stem = entry.path().stem().string();
    const std::string zip =
        test::zip_of({{stem + ".gltf", test::read_file(entry.path())},
                      {stem + ".bin", test::read_file(*data / "furniture" / (stem + ".bin"))},
                      {"furniturebits_texture.png", test::read_file(*data / "furniture/furniturebits_texture.png")}});
    const auto result = workshop.import(stem + ".zip", zip);
    INFO(stem << ": " << result.report.to_text());
    REQUIRE(result.state == ImportState::kReady);
    CHECK(result.piece->triangles == result.piece->source_triangles);
    CHECK(result.piece->textures == 1);
    models.push_back(workshop.store.path_of(result.piece->model));
  }
  REQUIRE(models.size() == 12);
  for (const auto& verdict : test::validate(models)) {
    INFO(verdict.messages);
    CHECK(verdict.errors == 0);
  }
}

TEST_CASE("skinned characters come out exactly as they went in") {
  const auto data = test::shared_data();
  if (!data) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  test::Workshop workshop;
  std::vector<fs::path> models;
  for (const char* name : {"Knight.glb", "Mage.glb", "Rogue.glb"}) {
    const std::string source = test::read_file(*data / "characters" / name);
    const auto result = workshop.import(name, source);
    INFO(name << ": " << result.report.to_text());
    REQUIRE(result.state == ImportState::kReady);
    CHECK(result.piece->animations == 76);
    CHECK(result.piece->joints == 41);
    const std::string out = model_of(workshop, result);
    const json before = test::glb_json(source);
    const json after = test::glb_json(out);
    for (const auto& [key, value] : before.items()) {
      INFO(key);
      CHECK(after.contains(key));
      CHECK(after[key] == value);
    }
    CHECK(before.size() == after.size());
    CHECK(test::glb_bin(out) == test::glb_bin(source));
    models.push_back(workshop.store.path_of(result.piece->model));
  }
  for (const auto& verdict : test::validate(models)) {
    INFO(verdict.messages);
    CHECK(verdict.errors == 0);
  }
}

TEST_CASE("a skinned character of stated size is scaled by a node above it") {
  const auto data = test::shared_data();
  if (!data) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  test::Workshop workshop;
  const auto result = workshop.import("Knight.glb", test::read_file(*data / "characters/Knight.glb"), {0, 180, 0});
  REQUIRE(result.state == ImportState::kReady);
  CHECK(result.piece->size_m[1] == Approx(1.8F).epsilon(0.001));
  const json out = test::glb_json(model_of(workshop, result));
  CHECK(out["animations"].size() == 76);
}

TEST_CASE("textures are brought to at most the allowed side") {
  const auto data = test::shared_data();
  if (!data) {
    WARN("skipped: ../shared/data is not here");
    return;
  }
  test::Workshop workshop;
  workshop.environment.limits.texture_side_px_max = 256;
  const auto result = workshop.import("Knight.glb", test::read_file(*data / "characters/Knight.glb"));
  INFO(result.report.to_text());
  REQUIRE(result.state == ImportState::kReady);
  CHECK(result.report.has("texture.shrunk"));
  CHECK(result.piece->texture_side_px_max == 256);
  CHECK(test::validate({workshop.store.path_of(result.piece->model)})[0].errors == 0);
}

TEST_CASE("a piece above the limit of triangles is simplified to it") {
  // A dome of 2 x 100 x 100 triangles.
  std::string obj;
  constexpr int kSide = 100;
  for (int i = 0; i <= kSide; ++i) {
    for (int j = 0; j <= kSide; ++j) {
      const double x = i / 50.0 - 1;
      const double z = j / 50.0 - 1;
      obj += "v " + std::to_string(x) + " " + std::to_string(2 - x * x - z * z) + " " + std::to_string(z) + "\n";
    }
  }
  for (int i = 0; i < kSide; ++i) {
    for (int j = 0; j < kSide; ++j) {
      const int a = i * (kSide + 1) + j + 1;
      obj += "f " + std::to_string(a) + " " + std::to_string(a + 1) + " " + std::to_string(a + kSide + 2) + " " +
             std::to_string(a + kSide + 1) + "\n";
    }
  }
  test::Workshop workshop;
  workshop.environment.limits.triangles_max = 4000;
  const auto result = workshop.import("dome.obj", obj, {100, 0, 0});
  INFO(result.report.to_text());
  REQUIRE(result.state == ImportState::kReady);
  CHECK(result.piece->source_triangles == 20'000);
  CHECK(result.piece->triangles <= 4000);
  CHECK(result.piece->triangles > 2000);
  CHECK(result.piece->size_m[0] == Approx(1.0F).epsilon(0.01));
  CHECK(result.report.has("mesh.simplified"));
}

TEST_CASE("a worker that is killed, hangs, crashes, lies or babbles harms nobody") {
  struct Case {
    const char* body;
    ImportState state;
    const char* code;
  };
  const std::vector<Case> cases = {
      {"kill -9 $$", ImportState::kFailed, "worker.killed"},
      {"while :; do :; done", ImportState::kRefused, "worker.timeout"},
      {"kill -SEGV $$", ImportState::kRefused, "worker.crash"},
      {"kill -SYS $$", ImportState::kRefused, "worker.forbidden"},
      {"exit 0", ImportState::kFailed, "worker.answer"},
      {"exit 3", ImportState::kFailed, "sandbox.unavailable"},
      {"exit 77", ImportState::kRefused, "worker.crash"},
      {"echo '{\"format\":\"galleria.cooked/1\",\"report\":[],\"piece\":{}}' >&6; exit 0", ImportState::kFailed,
       "worker.answer"},
      {"echo '[[[[[[[[[[[[[[[[[[[[[[[[[[[[' >&6; exit 1", ImportState::kFailed, "worker.answer"},
  };
  test::Workshop workshop;
  workshop.environment.limits.wall_ms_max = 1500;
  for (const Case& c : cases) {
    workshop.environment.worker = script(workshop.folder, c.body);
    const auto result = workshop.import("box.obj", test::box_obj(""));
    INFO(c.body << ": " << result.report.to_text());
    CHECK(result.state == c.state);
    CHECK(result.report.has(c.code));
  }
  workshop.environment.worker = test::program("galleria-asset-worker");
  workshop.environment.limits.wall_ms_max = 90'000;
  CHECK(workshop.import("box.obj", test::box_obj("")).state == ImportState::kReady);
  CHECK(fs::is_empty(workshop.folder.path() / "assets/tmp"));
}

TEST_CASE("the importer works in the background, refuses what is too much, and stops in the middle") {
  test::Workshop workshop;
  const auto file = workshop.folder.write("box.obj", test::box_obj(""));
  assets::UploadId id;
  SECTION("results come by poll") {
    assets::Importer importer(workshop.environment);
    id.bytes[0] = 7;
    REQUIRE(importer.submit(id, {file, "box.obj", {}, 0}, proto::TimeUs{5}));
    const auto done = importer.wait(std::chrono::seconds(60));
    REQUIRE(done.size() == 1);
    CHECK(done[0].id == id);
    CHECK(done[0].result.state == ImportState::kReady);
    CHECK(importer.poll().empty());
  }
  SECTION("the queue has an end, and a running worker dies with the importer") {
    workshop.environment.worker = script(workshop.folder, "sleep 60");
    const auto begin = std::chrono::steady_clock::now();
    {
      assets::Importer importer(workshop.environment);
      std::size_t accepted = 0;
      for (std::size_t i = 0; i < assets::kImportsWaitingMax + 20; ++i) {
        accepted += importer.submit(id, {file, "box.obj", {}, 0}, proto::TimeUs{5}) ? 1 : 0;
      }
      CHECK(accepted >= assets::kImportsWaitingMax);
      CHECK(accepted <= assets::kImportsWaitingMax + 2);
    }
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
  }
}

TEST_CASE("a report says what, where and what to do, as JSON too") {
  test::Workshop workshop;
  const auto result = workshop.import(
      "a.gltf", test::triangle_with(
                    {{"accessors",
                      json::array({{{"bufferView", 0}, {"componentType", 5126}, {"type", "VEC3"}, {"count", 99}}})}}));
  const json report = json::parse(result.report.to_json());
  REQUIRE(report.size() == 1);
  CHECK(report[0]["code"] == "gltf.range");
  CHECK(report[0]["severity"] == "error");
  CHECK(report[0]["pointer"] == "/accessors/0/count");
  CHECK_FALSE(report[0]["remedy"].get<std::string>().empty());
}
