/// The bots' way through the HTTP API: a session for each, and a ticket for the world, as any client gets them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "client-proto/wire/messages.h"

namespace loadbot {

struct Admission {
  proto::Ticket ticket;
  std::uint16_t udp_port = 0;
};

struct HttpAnswer {
  long status = 0;  ///< 0: no answer at all
  std::string body;
  std::string cookie;  ///< name=value of the first Set-Cookie
};

/// `from`: the numeric address of this machine that it is asked from; empty: whichever the system chooses.
[[nodiscard]] HttpAnswer http(const std::string& method, const std::string& url, const std::string& body,
                              const std::string& cookie, const std::string& from = {});
/// A guest's session: its cookie, or what the server answered instead.
[[nodiscard]] HttpAnswer begin_session(const std::string& base_url, const std::string& name, int shape, int tint,
                                       const std::string& from = {});
/// A ticket for whoever has this cookie; nothing when the server gives none.
[[nodiscard]] std::optional<Admission> fetch_ticket(const std::string& base_url, const std::string& cookie,
                                                    const std::string& from = {});
/// Both; nothing, and a line on standard error, when the server does not let the bot in.
[[nodiscard]] std::optional<Admission> admit(const std::string& base_url, const std::string& name, int shape, int tint);

}  // namespace loadbot
