#include "tools/loadbot/web_client.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

#include "client-proto/wire/bundle.h"

namespace loadbot {

namespace {
constexpr std::size_t kReceiveBytes = 8192;
constexpr int kPollWithoutSleeping = -1;

/// False: the server wrote what is no bundle.
bool take_bundle(WebClient& client) {
  std::span<const std::uint8_t> rest = client.message;
  while (!rest.empty()) {
    const auto message = proto::take_bundled(rest);
    if (!message) return false;
    if (client.on_message) client.on_message(*message);
  }
  client.message.clear();
  return true;
}
}  // namespace

void WebClient::break_off() const {
  if (wsi != nullptr && open && !closed) ::shutdown(lws_get_socket_fd(wsi), SHUT_RDWR);
}

WebClients::WebClients() {
  static const std::array<lws_protocols, 2> kProtocols{{
      {proto::kSubprotocol, &WebClients::on_event, 0, kReceiveBytes, 0, nullptr, 0},
      {nullptr, nullptr, 0, 0, 0, nullptr, 0},
  }};
  lws_set_log_level(0, nullptr);
  lws_context_creation_info info = {};
  info.port = CONTEXT_PORT_NO_LISTEN;
  info.protocols = kProtocols.data();
  info.gid = -1;
  info.uid = -1;
  info.fd_limit_per_thread = 4096;
  info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
  m_context = lws_create_context(&info);
}

WebClients::~WebClients() { lws_context_destroy(m_context); }

bool WebClients::connect(WebClient& client, const std::string& host, std::uint16_t port, bool tls) {
  lws_client_connect_info info = {};
  info.context = m_context;
  info.address = host.c_str();
  info.host = host.c_str();
  info.port = port;
  info.path = "/ws";
  info.origin = client.origin.empty() ? nullptr : client.origin.c_str();
  info.protocol = proto::kSubprotocol;
  info.ssl_connection = tls ? LCCSCF_USE_SSL | LCCSCF_ALLOW_SELFSIGNED | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK : 0;
  info.pwsi = &client.wsi;
  info.opaque_user_data = &client;
  if (lws_client_connect_via_info(&info) == nullptr) return false;
  m_clients.push_back(&client);
  return true;
}

void WebClients::service() {
  for (const WebClient* client : m_clients) {
    if (client->open && (client->leaving || !client->outgoing.empty())) lws_callback_on_writable(client->wsi);
  }
  lws_service(m_context, kPollWithoutSleeping);
  // At once: whoever is closed may not be there any more the next time.
  std::erase_if(m_clients, [](const WebClient* client) { return client->closed; });
}

int WebClients::on_event(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* in, std::size_t length) {
  auto* client = static_cast<WebClient*>(lws_get_opaque_user_data(wsi));
  if (client == nullptr) return 0;
  switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      client->open = true;
      return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    case LWS_CALLBACK_CLIENT_CLOSED:
      client->closed = true;
      return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE: {
      const auto* bytes = static_cast<const std::uint8_t*>(in);
      client->message.insert(client->message.end(), bytes, bytes + length);
      if (lws_is_final_fragment(wsi) == 0 || lws_remaining_packet_payload(wsi) != 0) return 0;
      ++client->frames_received;
      client->bytes_received += client->message.size();
      return take_bundle(*client) ? 0 : -1;
    }
    case LWS_CALLBACK_CLIENT_WRITEABLE: {
      if (client->leaving) {
        lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, nullptr, 0);
        return -1;
      }
      if (client->outgoing.empty()) return 0;
      const std::vector<std::uint8_t> packet = std::move(client->outgoing.front());
      client->outgoing.pop_front();
      std::vector<std::uint8_t> framed(LWS_PRE + packet.size());
      std::copy(packet.begin(), packet.end(), framed.begin() + LWS_PRE);
      client->bytes_sent += packet.size();
      const int written = lws_write(wsi, framed.data() + LWS_PRE, packet.size(), LWS_WRITE_BINARY);
      if (written < static_cast<int>(packet.size())) return -1;
      if (!client->outgoing.empty()) lws_callback_on_writable(wsi);
      return 0;
    }
    default:
      return 0;
  }
}

}  // namespace loadbot
