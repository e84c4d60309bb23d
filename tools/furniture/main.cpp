/// galleria-furniture CATALOGUE CHOICE OUTDIR: packs the chosen pieces of a Sweet Home 3D catalogue as uploads (one zip
/// each: OBJ, MTL, textures) and writes furniture.json, the list that the demo filler works through like a creator
/// would. Models never enter the tree; the choice (tools/furniture/pieces.json) holds ids and words of our own.
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "assets/gltf/json_text.h"
#include "tools/furniture/catalogue.h"

namespace {

using assets::gltf::member;
using assets::gltf::number;
using assets::gltf::text;
using nlohmann::ordered_json;

/// The mall is planned with the sizes of the choice; a catalogue that differs would make it wrong.
bool same_size(const nlohmann::json& chosen, const furniture::Piece& piece) {
  for (const char* side : {"width", "height", "depth"}) {
    const auto found = piece.find(side);
    const nlohmann::json* size = member(chosen, "size_cm");
    if (found == piece.end() || size == nullptr) return false;
    if (std::abs(number(*size, side, 0) - std::strtod(found->second.c_str(), nullptr)) > 0.051) return false;
  }
  return true;
}

int complain(const std::string& what) {
  std::cerr << "furniture: " << what << "\n";
  return 1;
}

/// One entry of the list; empty when the catalogue does not hold what was chosen.
ordered_json pack(const furniture::Catalogue& catalogue, const nlohmann::json& chosen, const std::string& folder) {
  const furniture::Piece* piece = catalogue.find(text(chosen, "id"));
  if (piece == nullptr || !same_size(chosen, *piece)) return {};
  const auto files = catalogue.model_files(*piece);
  const std::string file = std::string(text(chosen, "slug")) + ".zip";
  if (files.empty() || !furniture::write_zip(folder + "/" + file, files)) return {};
  const auto creator = piece->find("creator");
  ordered_json entry = {{"slug", text(chosen, "slug")},
                        {"name", text(chosen, "name")},
                        {"author", creator == piece->end() ? "unknown" : creator->second},
                        {"licence", "CC0 1.0"},
                        {"file", file}};
  for (const char* name : {"category", "mount", "size_cm", "turn_deg", "price", "stock", "tags", "description"}) {
    if (const nlohmann::json* value = member(chosen, name)) entry[name] = *value;
  }
  return entry;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return complain("usage: galleria-furniture CATALOGUE CHOICE OUTDIR");
  const auto catalogue = furniture::Catalogue::open(argv[1]);
  if (!catalogue) return complain(std::string("cannot read ") + argv[1] + " (Debian package sweethome3d-furniture)");
  if (catalogue->property("license") != "Public domain") return complain("the catalogue is not in the public domain");
  std::ifstream in(argv[2]);
  const std::string choice_text{std::istreambuf_iterator<char>(in), {}};
  const auto choice = assets::gltf::parse_json(choice_text);
  const nlohmann::json* pieces = choice ? member(*choice, "pieces") : nullptr;
  if (pieces == nullptr || !pieces->is_array()) return complain(std::string("cannot read ") + argv[2]);

  const std::string folder = argv[3];
  std::filesystem::create_directories(folder);
  ordered_json list = {{"format", "galleria.furniture/1"}, {"boutique", text(*choice, "boutique")}};
  for (const nlohmann::json& chosen : *pieces) {
    ordered_json entry = pack(*catalogue, chosen, folder);
    if (entry.empty()) {
      return complain(std::string(text(chosen, "id")) + " is missing from the catalogue or has another size there");
    }
    list["pieces"].push_back(std::move(entry));
  }
  std::ofstream out(folder + "/furniture.json");
  out << list.dump(2) << "\n";
  std::cout << "furniture: " << list["pieces"].size() << " pieces in " << folder << "\n";
  return out.good() ? 0 : complain("cannot write " + folder + "/furniture.json");
}
