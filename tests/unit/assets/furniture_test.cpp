#include <catch2/catch.hpp>
#include <cstdlib>
#include <set>

#include "assets/sandbox/process.h"
#include "tests/unit/assets/support.h"

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const fs::path kCatalogue = "/usr/share/sweethome3d/furniture/BlendSwap-CC-0.sh3f";

json choice() {
  const char* source = std::getenv("GALLERIA_SOURCE");  // NOLINT: nobody changes the environment of a test
  return json::parse(test::read_file(fs::path(source == nullptr ? "." : source) / "tools/furniture/pieces.json"));
}

json pack(const fs::path& folder) {
  const test::Folder chosen;
  assets::ProcessRequest request;
  request.program = test::program("galleria-furniture");
  request.arguments = {kCatalogue.string(), chosen.write("pieces.json", choice().dump()).string(), folder.string()};
  request.folder = folder;
  request.memory_bytes_max = 1ULL << 32U;
  request.file_bytes_max = 64U << 20U;
  request.cpu_s_max = 60;
  request.wall_ms_max = 60'000;
  const assets::ProcessEnd end = assets::run_process(request);
  REQUIRE(end.kind == assets::ProcessEnd::Kind::kExited);
  REQUIRE(end.code == 0);
  return json::parse(test::read_file(folder / "furniture.json"));
}

}  // namespace

TEST_CASE("the choice of furniture is complete and says everything in our own words") {
  std::set<std::string> slugs;
  const json chosen = choice();
  for (const json& piece : chosen["pieces"]) {
    INFO(piece.dump());
    slugs.insert(piece["slug"].get<std::string>());
    CHECK(piece["description"].get<std::string>().size() > 40);
    CHECK(piece["price"]["minor"].get<std::int64_t>() > 0);
    CHECK(piece["price"]["currency"] == "EUR");
    CHECK(piece["stock"].get<int>() > 0);
    CHECK(piece["size_cm"]["width"].get<double>() > 0);
  }
  CHECK(slugs.size() == chosen["pieces"].size());
  CHECK(slugs.size() >= 10);
}

TEST_CASE("every chosen piece of furniture goes through the upload path at real size") {
  if (!fs::exists(kCatalogue)) {
    WARN("skipped: the package sweethome3d-furniture is not installed");
    return;
  }
  const test::Folder folder;
  const json list = pack(folder.path());
  test::Workshop workshop;
  std::vector<fs::path> models;
  for (const json& piece : list["pieces"]) {
    const json& size = piece["size_cm"];
    const assets::SizeCm stated{size["width"], size["height"], size["depth"]};
    const auto result = workshop.import(piece["file"], test::read_file(folder.path() / piece["file"]), stated);
    INFO(piece["slug"] << ": " << result.report.to_text());
    REQUIRE(result.state == assets::ImportState::kReady);
    CHECK_FALSE(result.report.has("size.stated-differs"));
    CHECK(static_cast<double>(result.piece->size_m[0]) == Approx(stated.width / 100).epsilon(0.05));
    CHECK(static_cast<double>(result.piece->size_m[1]) == Approx(stated.height / 100).epsilon(0.05));
    CHECK(static_cast<double>(result.piece->size_m[2]) == Approx(stated.depth / 100).epsilon(0.05));
    CHECK(result.piece->triangles <= 25'000);
    CHECK(result.piece->model_bytes < 1'000'000);
    CHECK_FALSE(piece["author"].get<std::string>().empty());
    CHECK(piece["licence"] == "CC0 1.0");
    models.push_back(workshop.store.path_of(result.piece->model));
  }
  for (const auto& verdict : test::validate(models)) {
    INFO(verdict.messages);
    CHECK(verdict.errors == 0);
  }
}

TEST_CASE("packing furniture twice gives the same bytes") {
  if (!fs::exists(kCatalogue)) {
    WARN("skipped: the package sweethome3d-furniture is not installed");
    return;
  }
  const test::Folder first;
  const test::Folder second;
  const json list = pack(first.path());
  static_cast<void>(pack(second.path()));
  for (const json& piece : list["pieces"]) {
    const std::string file = piece["file"];
    CHECK(test::read_file(first.path() / file) == test::read_file(second.path() / file));
  }
}
