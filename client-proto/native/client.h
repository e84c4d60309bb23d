/// The native client: the brain over a native link. What to do and what to draw is the brain's.
#pragma once

#include <memory>
#include <string>

#include "client-proto/brain/brain.h"
#include "client-proto/native/link.h"

namespace proto {

class NativeClient {
 public:
  /// As NativeLink::open.
  [[nodiscard]] static Result<std::unique_ptr<NativeClient>, NativeStatus> open(const std::string& address,
                                                                                std::uint16_t port,
                                                                                const Ticket& ticket,
                                                                                const CookieNonce& nonce, TimeUs now);
  NativeClient(const NativeClient&) = delete;
  NativeClient& operator=(const NativeClient&) = delete;

  /// Receives into the brain, then sends what the brain wants sent. Call at least every few milliseconds.
  void service(TimeUs now);
  /// Says goodbye and closes; the avatar is gone at once.
  void leave();

  [[nodiscard]] Brain& brain() { return m_brain; }
  [[nodiscard]] const NativeLink& link() const { return *m_link; }

 private:
  NativeClient() = default;

  Brain m_brain;
  std::unique_ptr<NativeLink> m_link;
};

}  // namespace proto
