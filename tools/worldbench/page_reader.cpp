#include "tools/worldbench/page_reader.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "tools/loadbot/api_client.h"

namespace worldbench {

namespace {

constexpr std::array<const char*, 7> kPages{
    "/",       "/api/mall", "/api/mall/collision", "/api/products", "/api/openapi.json", "/content/mall/mall.json",
    "/healthz"};
constexpr const char* kNoPage = "/content/nothing/here.json";
constexpr std::uint32_t kNoPageOneOf = 16;
constexpr std::uint32_t kPauseSpread_ms = 400;
constexpr long kOk = 200;
constexpr long kNotFound = 404;

}  // namespace

PageReader::PageReader(std::string base_url, std::vector<std::string> paths, unsigned seed)
    : m_base_url(std::move(base_url)), m_paths(std::move(paths)), m_dice(seed) {
  m_paths.insert(m_paths.end(), kPages.begin(), kPages.end());
  m_thread = std::thread([this] { run(); });
}

PageReader::~PageReader() {
  m_ending.store(true);
  m_thread.join();
}

void PageReader::run() {
  while (!m_ending.load()) {
    const bool misses = m_dice() % kNoPageOneOf == 0;
    const std::string& path = misses ? kNoPage : m_paths[m_dice() % m_paths.size()];
    const long status = loadbot::http("GET", m_base_url + path, {}, {}).status;
    ++m_read;
    if (status != (misses ? kNotFound : kOk)) {
      ++m_failed;
      std::fprintf(stderr, "%s answered %ld\n", path.c_str(), status);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(m_dice() % kPauseSpread_ms));
  }
}

}  // namespace worldbench
