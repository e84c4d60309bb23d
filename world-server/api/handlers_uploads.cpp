#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

#include "client-proto/wire/text.h"
#include "shop/uploads_repo.h"
#include "world-server/api/answers.h"
#include "world-server/api/handlers.h"
#include "world-server/api/problem.h"
#include "world-server/api/uploads.h"

namespace world {
namespace {

using nlohmann::json;

constexpr std::size_t kFilenameCharactersMax = 120;
constexpr int kSideMax_cm = 2000;

/// The value of `name` in a query like "width_cm=60&turn_deg=90"; nothing when it is there but no number in range.
std::optional<int> query_number(std::string_view query, std::string_view name, int max) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.substr(0, pair.find('=')) != name) continue;
    const std::string_view text = pair.substr(std::min(pair.size(), name.size() + 1));
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0 || value > max)
      return std::nullopt;
    return value;
  }
  return 0;
}

/// Moves the body to where the importer reads it. False when the disk says no.
bool keep_body(const HttpRequest& request, const std::string& file) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  if (!request.body_file.empty()) {
    std::filesystem::rename(request.body_file, file, error);
    return !error;
  }
  std::ofstream out(file, std::ios::binary);
  out.write(request.body.data(), static_cast<std::streamsize>(request.body.size()));
  out.close();
  return out.good();
}

}  // namespace

HttpResponse post_upload(Parts& parts, Call& call) {
  const std::string_view filename = call.request.header("x-filename");
  if (filename.empty() || !proto::is_plain_text(filename, kFilenameCharactersMax)) {
    return problem(400, "filename", "The header X-Filename is missing.",
                   "Name the file as on your disk, ending included: X-Filename: chair.zip");
  }
  const auto width = query_number(call.request.query, "width_cm", kSideMax_cm);
  const auto height = query_number(call.request.query, "height_cm", kSideMax_cm);
  const auto depth = query_number(call.request.query, "depth_cm", kSideMax_cm);
  const auto turn = query_number(call.request.query, "turn_deg", 270);
  if (!width || !height || !depth || !turn || *turn % 90 != 0) {
    return problem(400, "query", "The size or turn is not usable.",
                   "width_cm, height_cm and depth_cm are whole centimetres up to 2000, turn_deg is 0, 90, 180 or 270.");
  }
  if (call.request.body.empty() && call.request.body_file.empty()) {
    return problem(400, "empty", "The upload is empty.", "Send the file's bytes as the body.");
  }
  shop::uploads::Upload upload;
  upload.id = parts.random_id<assets::UploadId>().hex();
  upload.account = call.operator_call ? std::string() : call.session->account.hex();
  upload.filename = std::string(filename);
  upload.file = parts.config.data_dir + "/uploads/" + upload.id;
  upload.width_cm = *width;
  upload.height_cm = *height;
  upload.depth_cm = *depth;
  upload.turn_deg = *turn;
  if (parts.importer == nullptr) {
    return problem(503, "no-importer", "This server takes no uploads.", "Start it with its asset worker beside it.");
  }
  if (!keep_body(call.request, upload.file)) {
    return problem(507, "disk", "The upload could not be kept.", "Tell the operator that the data folder is full.");
  }
  shop::uploads::insert(parts.db(), upload, call.now());
  submit_waiting_uploads(parts, call.now());
  HttpResponse response = ok_json({{"id", upload.id}, {"state", "waiting"}}, 202);
  response.headers.emplace_back("Location", "/api/uploads/" + upload.id);
  return response;
}

HttpResponse get_upload(Parts& parts, Call& call) {
  collect_finished_uploads(parts);
  const auto upload = shop::uploads::upload(parts.db(), call.parameters.front());
  const bool own = upload && (call.operator_call || upload->account == call.session->account.hex());
  if (!own) return problem(404, "no-such-upload", "No such upload.", "Use the id that POST /api/uploads answered.");
  return ok_json({{"id", upload->id},
                  {"state", upload->state},
                  {"report", json::parse(upload->report)},
                  {"piece", upload->piece.empty() ? json() : json::parse(upload->piece)}});
}

}  // namespace world
