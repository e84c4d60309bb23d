#include "tests/unit/assets/support.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "assets/sandbox/process.h"

namespace test {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string environment_or(const char* name, const std::string& otherwise) {
  const char* value = std::getenv(name);  // NOLINT: nobody changes the environment of a test
  return value == nullptr ? otherwise : value;
}

std::uint32_t u32(const std::string& text, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, text.data() + at, 4);
  return value;
}

}  // namespace

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "galleria-assets-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  m_path = name;
}

Folder::~Folder() {
  std::error_code ignored;
  fs::remove_all(m_path, ignored);
}

fs::path Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(m_path / name, std::ios::binary) << text;
  return m_path / name;
}

fs::path program(const std::string& name) {
  const fs::path beside = fs::read_symlink("/proc/self/exe").parent_path();
  return fs::path(environment_or("GALLERIA_BUILD", beside.parent_path().string())) / "bin" / name;
}

std::optional<fs::path> shared_data() {
  const fs::path data = fs::path(environment_or("GALLERIA_SOURCE", ".")) / "../shared/data";
  return fs::exists(data) ? std::optional(data) : std::nullopt;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

assets::Bytes bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

json triangle_gltf() {
  // Three positions (0 0 0), (1 0 0), (0 1 0) as floats.
  return json::parse(R"({"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],"nodes":[{"mesh":0}],
    "meshes":[{"primitives":[{"attributes":{"POSITION":0}}]}],
    "accessors":[{"bufferView":0,"componentType":5126,"type":"VEC3","count":3,"max":[1,1,0],"min":[0,0,0]}],
    "bufferViews":[{"buffer":0,"byteOffset":0,"byteLength":36}],
    "buffers":[{"byteLength":36,"uri":"data:application/octet-stream;base64,AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAgD8AAAAA"}]})");
}

std::string triangle_with(const json& patch) {
  json document = triangle_gltf();
  document.merge_patch(patch);
  return document.dump();
}

std::string box_obj(const std::string& head) {
  return head + R"(
v 10 5 -4
v 12 5 -4
v 12 6 -4
v 10 6 -4
v 10 5 -1
v 12 5 -1
v 12 6 -1
v 10 6 -1
f 4 3 2 1
f 5 6 7 8
f 1 2 6 5
f 2 3 7 6
f 3 4 8 7
f 4 1 5 8
)";
}

std::string zip_of(const std::vector<std::pair<std::string, std::string>>& files) {
  const Folder folder;
  const fs::path path = folder.path() / "made.zip";
  int error = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE, &error);
  REQUIRE(archive != nullptr);
  for (const auto& [written, text] : files) {
    const bool link = written.ends_with("@link");
    const std::string name = link ? written.substr(0, written.size() - 5) : written;
    zip_source_t* source = zip_source_buffer(archive, text.data(), text.size(), 0);
    const zip_int64_t index = zip_file_add(archive, name.c_str(), source, 0);
    REQUIRE(index >= 0);
    if (link) {
      REQUIRE(zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0, ZIP_OPSYS_UNIX,
                                               static_cast<zip_uint32_t>(S_IFLNK | 0777) << 16U) == 0);
    }
  }
  REQUIRE(zip_close(archive) == 0);
  return read_file(path);
}

Workshop::Workshop() : store(*assets::Store::open(folder.path() / "assets")) {
  environment.store = &store;
  environment.worker = program("galleria-asset-worker");
  environment.limits.thumbnail_side_px = 48;
}

assets::ImportResult Workshop::import(const std::string& filename, const std::string& bytes, assets::SizeCm size) {
  const fs::path file = folder.write("upload", bytes);
  return assets::import_upload(environment, {file, filename, size, 0}, proto::TimeUs{1});
}

json glb_json(const std::string& glb) {
  REQUIRE(glb.size() > 20);
  return json::parse(glb.substr(20, u32(glb, 12)));
}

std::string glb_bin(const std::string& glb) {
  const std::size_t at = 20 + u32(glb, 12);
  return at + 8 > glb.size() ? std::string() : glb.substr(at + 8, u32(glb, at));
}

std::vector<Verdict> validate(const std::vector<fs::path>& files) {
  const fs::path source = environment_or("GALLERIA_SOURCE", ".");
  const fs::path node = source / "node_modules/node/bin/node";
  INFO("npm install brings node and gltf-validator");
  REQUIRE(fs::exists(node));
  const Folder folder;
  const int out = ::open((folder.path() / "verdicts").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  assets::ProcessRequest request;
  request.program = node;
  request.arguments = {(source / "tests/unit/assets/validate.mjs").string()};
  for (const fs::path& file : files) request.arguments.push_back(file.string());
  request.folder = source;
  request.descriptors = {out};
  request.memory_bytes_max = 1ULL << 46U;  // V8 reserves far more address space than it uses
  request.file_bytes_max = 16U << 20U;
  request.cpu_s_max = 60;
  request.wall_ms_max = 90'000;
  const assets::ProcessEnd end = assets::run_process(request);
  ::close(out);
  REQUIRE(end.kind == assets::ProcessEnd::Kind::kExited);
  REQUIRE(end.code == 0);
  std::vector<Verdict> verdicts;
  for (const json& item : json::parse(read_file(folder.path() / "verdicts"))) {
    verdicts.push_back({item["errors"].get<int>(), item["messages"].dump()});
  }
  REQUIRE(verdicts.size() == files.size());
  return verdicts;
}

}  // namespace test
