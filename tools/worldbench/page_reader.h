/// Reads pages and files as browsers do, on a thread of its own: the mall, its goods, pictures of them, what is not
/// there, each with an HTTP connection of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace worldbench {

class PageReader {
 public:
  /// `paths` beside those that every server has.
  PageReader(std::string base_url, std::vector<std::string> paths, unsigned seed);
  ~PageReader();
  PageReader(const PageReader&) = delete;
  PageReader& operator=(const PageReader&) = delete;

  [[nodiscard]] std::uint64_t read() const { return m_read.load(); }
  /// Answers of another status than they should have, or none at all.
  [[nodiscard]] std::uint64_t failed() const { return m_failed.load(); }

 private:
  void run();

  std::string m_base_url;
  std::vector<std::string> m_paths;
  std::mt19937 m_dice;
  std::atomic<std::uint64_t> m_read{0};
  std::atomic<std::uint64_t> m_failed{0};
  std::atomic<bool> m_ending{false};
  std::thread m_thread;
};

}  // namespace worldbench
