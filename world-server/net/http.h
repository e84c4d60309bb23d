/// HTTP on the net thread. Files, health and metrics are answered here; what belongs to the shop crosses to its thread
/// over a bounded queue under a request id, and its reply finds the connection again by that id, or finds it gone. A
/// connection has one exchange at a time:
///
///     idle -> reading body -> waiting for the shop -> replying -> idle
///          \____________________________________________/
///
/// and in every phase a deadline, so that neither a slow reader nor a slow writer keeps a place for ever. All
/// connections of which it is the peer's turn share a number of places (shared_places.h): who comes when these are
/// taken gets the place of one that has not moved for long, so that thousands who open a connection and stall keep
/// nobody out. Those who take an answer, however slowly, do not give way to those who only ask.
#pragma once

#include <libwebsockets.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client-proto/core/time.h"
#include "world-server/net/address_quota.h"
#include "world-server/net/files.h"
#include "world-server/net/http_request.h"
#include "world-server/net/http_rules.h"
#include "world-server/net/metrics.h"
#include "world-server/net/ports.h"
#include "world-server/net/shared_places.h"

namespace world::net {

struct HttpConfig {
  std::string web_dir;
  std::string content_dir;
  std::string assets_dir;                    ///< root of the content-addressed store
  std::string spool_dir;                     ///< where large bodies wait; must exist
  std::vector<std::string> allowed_origins;  ///< besides the server's own, for instance behind a proxy
  QuotaRules quota;
  std::int64_t headers_timeout_ms = kHeadersTimeoutMs;
  std::int64_t body_timeout_ms = kBodyTimeoutMs;
  std::int64_t upload_timeout_ms = kUploadTimeoutMs;
  std::int64_t shop_reply_timeout_ms = kShopReplyTimeoutMs;
  std::int64_t reply_stall_timeout_ms = kReplyStallTimeoutMs;
};

/// What is left to send. The head goes out with the first piece of the body.
struct Reply {
  std::string head;
  std::string body;
  Fd file;
  std::uint64_t offset_bytes = 0;     ///< of the next byte, in the file or the body
  std::uint64_t remaining_bytes = 0;  ///< of the body, without the head
  bool close_after = false;
};

enum class Phase : std::uint8_t { kIdle, kHeaders, kBody, kShop, kReply, kUpgraded, kDoomed };

struct Connection {
  std::string address;
  std::string key;  ///< what quotas count it by
  bool secure = false;
  Phase phase = Phase::kHeaders;
  proto::TimeUs deadline;
  RequestHead head;
  std::uint64_t request_id = 0;
  std::uint64_t body_received_bytes = 0;
  Fd spool;
  std::string spool_path;
  bool head_only = false;
  Reply reply;
};

class HttpService {
 public:
  HttpService(HttpConfig config, Ports& ports, Counters& counters);
  ~HttpService();
  HttpService(const HttpService&) = delete;
  HttpService& operator=(const HttpService&) = delete;

  // What libwebsockets reports; the results are what its callback must return.
  /// Before anything is made of a new connection: whether its address may have it. It is closed without an answer
  /// otherwise.
  [[nodiscard]] bool may_connect(const sockaddr_storage& peer, proto::TimeUs now);
  [[nodiscard]] bool on_connect(lws* wsi, proto::TimeUs now);
  void on_destroy(lws* wsi);
  int on_request(lws* wsi, std::string_view path, proto::TimeUs now);
  int on_body(lws* wsi, std::string_view bytes);
  int on_body_end(lws* wsi, proto::TimeUs now);
  int on_writeable(lws* wsi, proto::TimeUs now);
  /// 0 lets an upgrade proceed, -1 hangs up, 1 means that a refusal has been written.
  int on_upgrade(lws* wsi, std::string_view protocol, proto::TimeUs now);

  /// A reply of the shop; dropped when its connection is gone or answered already.
  void deliver(ShopReply reply, proto::TimeUs now);
  /// Closes what outstayed its deadline and answers 504 for what the shop did not answer.
  void sweep(proto::TimeUs now);
  /// No new requests are taken; open exchanges may finish.
  void drain() { m_draining = true; }
  /// Exchanges that are being read, computed or written.
  [[nodiscard]] std::size_t busy() const;
  [[nodiscard]] std::string address_of(lws* wsi) const;

 private:
  struct Answer {
    int status = 200;
    std::string_view content_type;
    std::string headers;  ///< complete lines
    std::string body;
    ServedFile file;
    ByteRange range;
    bool close_after = false;
  };

  Connection* find(lws* wsi);
  /// It is the peer's turn, or it has just moved; closes another one when these are too many.
  void await(lws* wsi, Connection& c);
  void stop_awaiting(lws* wsi);
  int route(lws* wsi, Connection& c, proto::TimeUs now);
  int serve_file(lws* wsi, Connection& c, Route route, proto::TimeUs now);
  int start_body(lws* wsi, Connection& c, proto::TimeUs now);
  int start_spool(lws* wsi, Connection& c, proto::TimeUs now);
  int call_shop(lws* wsi, Connection& c, proto::TimeUs now);
  int refuse(lws* wsi, Connection& c, int status, std::string_view detail, proto::TimeUs now);
  int answer(lws* wsi, Connection& c, Answer answer, proto::TimeUs now);
  int pump(lws* wsi, Connection& c, proto::TimeUs now);
  void drop_spool(Connection& c);
  [[nodiscard]] bool origin_allowed(const std::string& origin) const;

  HttpConfig m_config;
  Ports& m_ports;
  Counters& m_counters;
  FileFolder m_web;
  FileFolder m_content;
  FileFolder m_assets;
  AddressQuota m_quota;
  std::unordered_map<lws*, std::unique_ptr<Connection>> m_connections;
  std::unordered_map<std::uint64_t, lws*> m_waiting;   ///< by request id
  SharedPlaces<lws*> m_asking{kIdleConnectionsFair};   ///< whose turn it is to say something
  SharedPlaces<lws*> m_reading{kIdleConnectionsFair};  ///< whose turn it is to take an answer
  std::uint64_t m_next_request_id = 1;
  std::size_t m_uploads = 0;                                      ///< bodies that are being spooled
  std::unordered_map<std::string, std::size_t> m_uploads_by_key;  ///< the same, by quota_key of the sender
  proto::TimeUs m_quota_swept{};
  bool m_draining = false;
};

}  // namespace world::net
