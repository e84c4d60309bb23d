/// The only thing threads share: a queue with a named limit. A full queue refuses; the caller decides what that means
/// (drop, close the peer, answer "busy"). Not compiled into WebAssembly.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace proto {

template <class T>
class BoundedQueue {
 public:
  explicit BoundedQueue(std::size_t items_max) : m_items_max(items_max) {}

  /// False (and `item` untouched) when the queue is full or closed.
  [[nodiscard]] bool push(T&& item) {
    {
      const std::lock_guard lock(m_mutex);
      if (m_closed || m_items.size() >= m_items_max) return false;
      m_items.push_back(std::move(item));
    }
    m_ready.notify_one();
    return true;
  }

  /// Everything that waits, in order; empty when nothing does.
  [[nodiscard]] std::vector<T> take_all() {
    const std::lock_guard lock(m_mutex);
    std::vector<T> items(std::make_move_iterator(m_items.begin()), std::make_move_iterator(m_items.end()));
    m_items.clear();
    return items;
  }

  /// Waits for one item; nothing after `timeout`, or once closed and empty.
  [[nodiscard]] std::optional<T> wait_pop(std::chrono::milliseconds timeout) {
    std::unique_lock lock(m_mutex);
    m_ready.wait_for(lock, timeout, [this] { return m_closed || !m_items.empty(); });
    if (m_items.empty()) return std::nullopt;
    T item = std::move(m_items.front());
    m_items.pop_front();
    return item;
  }

  void close() {
    {
      const std::lock_guard lock(m_mutex);
      m_closed = true;
    }
    m_ready.notify_all();
  }

  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock(m_mutex);
    return m_items.size();
  }

 private:
  const std::size_t m_items_max;
  mutable std::mutex m_mutex;
  std::condition_variable m_ready;
  std::deque<T> m_items;
  bool m_closed = false;
};

}  // namespace proto
