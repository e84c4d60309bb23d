#include "world-server/api/http_client.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "client-proto/core/check.h"

namespace world {
namespace {

struct Network {
  std::uint32_t address;
  unsigned bits;
};

/// IANA's special-purpose IPv4 networks: this host, private, shared, loopback, link-local, documentation, multicast,
/// ...
constexpr std::array<Network, 15> kSpecialNetworks{{{0x00000000, 8},
                                                    {0x0a000000, 8},
                                                    {0x64400000, 10},
                                                    {0x7f000000, 8},
                                                    {0xa9fe0000, 16},
                                                    {0xac100000, 12},
                                                    {0xc0000000, 24},
                                                    {0xc0000200, 24},
                                                    {0xc0586300, 24},
                                                    {0xc0a80000, 16},
                                                    {0xc6120000, 15},
                                                    {0xc6336400, 24},
                                                    {0xcb007100, 24},
                                                    {0xe0000000, 4},
                                                    {0xf0000000, 4}}};

bool is_public_v4(std::uint32_t address) {
  for (const Network& network : kSpecialNetworks) {
    const std::uint32_t mask = ~0U << (32 - network.bits);
    if ((address & mask) == network.address) return false;
  }
  return true;
}

bool is_public_v6(const std::array<std::uint8_t, 16>& bytes) {
  // Only global unicast (2000::/3) is public, less the documentation network and what wraps an IPv4 address.
  if ((bytes[0] & 0xe0U) != 0x20) return false;
  const bool documentation = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0x0d && bytes[3] == 0xb8;
  const bool six_to_four = bytes[0] == 0x20 && bytes[1] == 0x02;
  const bool teredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
  return !documentation && !six_to_four && !teredo;
}

std::string numeric(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text.data(), text.size());
  }
  return text.data();
}

/// Called by libcurl with the very address that it is about to connect to.
curl_socket_t open_guarded(void* guard, curlsocktype, curl_sockaddr* address) {
  const bool allowed = static_cast<const HttpGuard*>(guard)->private_addresses_allowed;
  if (!allowed && !is_public_address(numeric(&address->addr))) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

struct Sink {
  std::string body;
  std::size_t bytes_max = 0;
};

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* sink_pointer) {
  Sink& sink = *static_cast<Sink*>(sink_pointer);
  if (sink.body.size() + size * count > sink.bytes_max) return 0;  // libcurl then ends the transfer with an error
  sink.body.append(data, size * count);
  return size * count;
}

using Handle = std::unique_ptr<CURL, void (*)(CURL*)>;
using List = std::unique_ptr<curl_slist, void (*)(curl_slist*)>;

void set_guards(CURL* curl, const HttpGuard& guard) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, guard.connect_timeout_ms);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, guard.timeout_ms);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_guarded);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &guard);
}

}  // namespace

bool is_public_address(const std::string& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return is_public_v4(ntohl(v4.s_addr));
  std::array<std::uint8_t, 16> v6{};
  return inet_pton(AF_INET6, address.c_str(), v6.data()) == 1 && is_public_v6(v6);
}

proto::Result<HttpReply, std::string> fetch(const HttpCall& call, const HttpGuard& guard) {
  const Handle curl(curl_easy_init(), curl_easy_cleanup);
  GALLERIA_CHECK(curl != nullptr);
  curl_slist* list = nullptr;
  for (const auto& [name, value] : call.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  const List headers(list, curl_slist_free_all);
  Sink sink{{}, guard.body_bytes_max};
  std::array<char, CURL_ERROR_SIZE> reason{};

  set_guards(curl.get(), guard);
  curl_easy_setopt(curl.get(), CURLOPT_URL, call.url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, call.method.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (!call.body.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, call.body.data());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
  }
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &sink);
  curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, reason.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK) {
    return proto::fail(std::string(curl_easy_strerror(code)) + ": " + reason.data());
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  return HttpReply{static_cast<int>(status), std::move(sink.body)};
}

}  // namespace world
