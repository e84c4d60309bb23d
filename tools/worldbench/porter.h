/// Fetches tickets on a thread of its own, since each is two requests that are waited for.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "client-proto/core/bounded_queue.h"
#include "client-proto/core/time.h"
#include "tools/loadbot/api_client.h"

namespace worldbench {

[[nodiscard]] proto::TimeUs now_steady();

struct Guest {
  loadbot::Admission admission;
  proto::TimeUs asked;  ///< when its way in began
};

class Porter {
 public:
  /// Fetches so many and no more.
  Porter(std::string base_url, int guests);
  ~Porter();
  Porter(const Porter&) = delete;
  Porter& operator=(const Porter&) = delete;

  /// How often nobody was let in.
  [[nodiscard]] std::uint64_t refused() const { return m_refused.load(); }
  /// The next one, if it is there.
  [[nodiscard]] std::optional<Guest> next() { return m_guests.wait_pop(std::chrono::milliseconds(0)); }

 private:
  void fetch(int guests);

  std::string m_base_url;
  proto::BoundedQueue<Guest> m_guests{8};
  std::atomic<bool> m_ending{false};
  std::atomic<std::uint64_t> m_refused{0};
  std::thread m_thread;
};

}  // namespace worldbench
