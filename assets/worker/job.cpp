#include <algorithm>
#include <array>
#include <cmath>

#include "assets/gltf/json_text.h"
#include "assets/worker/pipeline.h"

namespace assets {
namespace {

using gltf::member;
using gltf::whole;
using nlohmann::json;

/// The figures of a piece that travel as they are, named once for both directions.
template <class P, class Visit>
void each_count(P& piece, const Visit& visit) {
  visit("source_triangles", piece.source_triangles);
  visit("triangles", piece.triangles);
  visit("vertices", piece.vertices);
  visit("draws", piece.draws);
  visit("materials", piece.materials);
  visit("textures", piece.textures);
  visit("texture_side_px_max", piece.texture_side_px_max);
  visit("joints", piece.joints);
  visit("animations", piece.animations);
}

template <class L, class Visit>
void each_limit(L& limits, const Visit& visit) {
  visit("upload_bytes_max", limits.upload_bytes_max);
  visit("unpacked_bytes_max", limits.unpacked_bytes_max);
  visit("model_bytes_max", limits.model_bytes_max);
  visit("archive_entries_max", limits.archive_entries_max);
  visit("archive_ratio_max", limits.archive_ratio_max);
  visit("source_triangles_max", limits.source_triangles_max);
  visit("triangles_max", limits.triangles_max);
  visit("skinned_triangles_max", limits.skinned_triangles_max);
  visit("texture_side_px_max", limits.texture_side_px_max);
  visit("thumbnail_side_px", limits.thumbnail_side_px);
}

bool read_vector(const json& object, const char* name, std::array<float, 3>& out) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_array() || value->size() != 3) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (!(*value)[i].is_number()) return false;
    out[i] = (*value)[i].get<float>();
    if (!std::isfinite(out[i]) || std::fabs(out[i]) > 1000) return false;
  }
  return true;
}

bool read_findings(const json& list, Report& report) {
  if (!list.is_array() || list.size() > kFindingsMax) return false;
  for (const json& item : list) {
    const std::string_view severity = gltf::text(item, "severity");
    auto level = Severity::kError;
    if (severity == "info") level = Severity::kInfo;
    if (severity == "warning") level = Severity::kWarning;
    report.add(level, gltf::text(item, "code"), gltf::text(item, "pointer"), gltf::text(item, "message"),
               gltf::text(item, "remedy"));
  }
  return true;
}

std::optional<Piece> read_piece(const json& object) {
  Piece piece;
  bool ok = read_vector(object, "size_m", piece.size_m);
  each_count(piece, [&](const char* name, std::uint32_t& value) {
    const auto number = whole(object, name);
    ok = ok && number && *number <= 0xffffffffU;
    value = static_cast<std::uint32_t>(number.value_or(0));
  });
  const json* boxes = member(object, "boxes");
  if (!ok || boxes == nullptr || !boxes->is_array() || boxes->empty() || boxes->size() > kColliderBoxesMax) {
    return std::nullopt;
  }
  for (const json& box : *boxes) {
    ColliderBox collider;
    if (!read_vector(box, "center", collider.center_m) || !read_vector(box, "half", collider.half_m)) {
      return std::nullopt;
    }
    piece.colliders.push_back(collider);
  }
  return piece;
}

}  // namespace

std::string Job::to_json() const {
  json job = {
      {"filename", filename}, {"size_cm", {size_cm.width, size_cm.height, size_cm.depth}}, {"turn_deg", turn_deg}};
  each_limit(limits, [&](const char* name, auto value) { job["limits"][name] = value; });
  return job.dump(-1, ' ', true, json::error_handler_t::replace);
}

std::optional<Job> Job::parse(std::string_view text) {
  const auto parsed = gltf::parse_json(text);
  if (!parsed) return std::nullopt;
  const json& object = *parsed;
  const json* size = member(object, "size_cm");
  const json* limits = member(object, "limits");
  const auto turn = whole(object, "turn_deg");
  if (size == nullptr || !size->is_array() || size->size() != 3 || limits == nullptr || !turn) return std::nullopt;
  for (const json& side : *size) {
    if (!side.is_number()) return std::nullopt;
  }
  Job job;
  job.filename = gltf::text(object, "filename");
  job.size_cm = {(*size)[0].get<double>(), (*size)[1].get<double>(), (*size)[2].get<double>()};
  job.turn_deg = static_cast<int>(std::min<std::uint64_t>(*turn, 359));
  bool ok = true;
  each_limit(job.limits, [&](const char* name, auto& value) {
    const auto number = whole(*limits, name);
    ok = ok && number.has_value();
    value = static_cast<std::remove_reference_t<decltype(value)>>(number.value_or(0));
  });
  return ok ? std::optional(job) : std::nullopt;
}

std::string answer_json(const Cooked& cooked) {
  json answer = {{"format", "galleria.cooked/1"}, {"report", json::array()}, {"piece", nullptr}};
  for (const Finding& f : cooked.report.findings) {
    answer["report"].push_back({{"code", f.code},
                                {"severity", to_string(f.severity)},
                                {"pointer", f.pointer},
                                {"message", f.message},
                                {"remedy", f.remedy}});
  }
  if (cooked.piece) {
    json piece = {{"size_m", cooked.piece->size_m}, {"boxes", json::array()}};
    each_count(*cooked.piece, [&](const char* name, std::uint32_t value) { piece[name] = value; });
    for (const ColliderBox& box : cooked.piece->colliders) {
      piece["boxes"].push_back({{"center", box.center_m}, {"half", box.half_m}});
    }
    answer["piece"] = std::move(piece);
  }
  return answer.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<Cooked> parse_answer(std::string_view text) {
  const auto parsed = gltf::parse_json(text, {16, 10'000});
  if (!parsed || gltf::text(*parsed, "format") != "galleria.cooked/1") return std::nullopt;
  Cooked cooked;
  const json* report = member(*parsed, "report");
  const json* piece = member(*parsed, "piece");
  if (report == nullptr || piece == nullptr || !read_findings(*report, cooked.report)) return std::nullopt;
  if (piece->is_null()) return cooked;
  cooked.piece = read_piece(*piece);
  return cooked.piece ? std::optional(std::move(cooked)) : std::nullopt;
}

}  // namespace assets
