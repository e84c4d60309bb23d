#include "world-server/api/uploads.h"

#include <filesystem>
#include <string>
#include <system_error>

#include "client-proto/core/check.h"
#include "shop/uploads_repo.h"

namespace world {

void submit_waiting_uploads(Parts& parts, proto::TimeUs now) {
  if (parts.importer == nullptr) return;
  for (const auto& upload : shop::uploads::waiting(parts.db(), static_cast<int>(assets::kImportsWaitingMax))) {
    if (parts.uploads_submitted.contains(upload.id)) continue;
    const auto id = assets::UploadId::parse(upload.id);
    GALLERIA_CHECK(id.has_value());
    const assets::UploadRequest request{
        upload.file, upload.filename, {upload.width_cm, upload.height_cm, upload.depth_cm}, upload.turn_deg};
    if (!parts.importer->submit(*id, request, now)) return;
    parts.uploads_submitted.insert(upload.id);
  }
}

void collect_finished_uploads(Parts& parts) {
  if (parts.importer == nullptr) return;
  for (const assets::FinishedImport& done : parts.importer->poll()) {
    const std::string id = done.id.hex();
    const auto upload = shop::uploads::upload(parts.db(), id);
    shop::uploads::finish(parts.db(), id, std::string(assets::to_string(done.result.state)),
                          done.result.report.to_json(), done.result.piece ? done.result.piece->to_json() : "");
    parts.uploads_submitted.erase(id);
    std::error_code error;
    if (upload) std::filesystem::remove(upload->file, error);  // the store has its own copy; a leftover does no harm
  }
}

}  // namespace world
