#include "tools/loadbot/api_client.h"

#include <curl/curl.h>

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>

namespace loadbot {

namespace {

constexpr long kTimeoutMs = 20'000;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* user) {
  static_cast<std::string*>(user)->append(data, size * count);
  return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::string_view line(data, size * count);
  constexpr std::string_view kName = "Set-Cookie: ";
  if (line.substr(0, kName.size()) == kName) {
    *static_cast<std::string*>(user) = std::string(line.substr(kName.size(), line.find(';') - kName.size()));
  }
  return size * count;
}

/// base64url without padding, as tickets are written; false on any other character or length.
bool from_base64url(std::string_view text, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  int held = 0;
  std::size_t at = 0;
  for (const char c : text) {
    const std::size_t value =
        std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_").find(c);
    if (value == std::string_view::npos) return false;
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    if (at == out.size()) return false;
    out[at++] = static_cast<std::uint8_t>(bits >> static_cast<unsigned>(held));
  }
  return at == out.size();
}

}  // namespace

HttpAnswer http(const std::string& method, const std::string& url, const std::string& body, const std::string& cookie,
                const std::string& from) {
  HttpAnswer answer;
  CURL* curl = curl_easy_init();
  if (curl == nullptr) return answer;
  curl_slist* headers = curl_slist_append(nullptr, "Content-Type: application/json");
  const std::size_t path = url.find('/', url.find("//") + 2);
  headers = curl_slist_append(headers, ("Origin: " + url.substr(0, path)).c_str());
  if (!cookie.empty()) headers = curl_slist_append(headers, ("Cookie: " + cookie).c_str());
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (!from.empty()) curl_easy_setopt(curl, CURLOPT_INTERFACE, ("host!" + from).c_str());
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);  // a load test meets self-signed servers
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer.cookie);
  if (method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
  }
  if (curl_easy_perform(curl) == CURLE_OK) curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(curl);
  return answer;
}

HttpAnswer begin_session(const std::string& base_url, const std::string& name, int shape, int tint,
                         const std::string& from) {
  const nlohmann::json who{{"name", name}, {"shape", shape}, {"tint", tint}};
  return http("POST", base_url + "/api/session", who.dump(), {}, from);
}

std::optional<Admission> fetch_ticket(const std::string& base_url, const std::string& cookie, const std::string& from) {
  const HttpAnswer ticket = http("POST", base_url + "/api/world/ticket", "{}", cookie, from);
  const auto json = nlohmann::json::parse(ticket.body, nullptr, false);
  if (ticket.status / 100 != 2 || !json.is_object() || !json.contains("ticket") || !json["ticket"].is_string()) {
    return std::nullopt;
  }
  std::array<std::uint8_t, proto::kTicketBytes> bytes{};
  if (!from_base64url(json["ticket"].get<std::string>(), bytes)) return std::nullopt;
  Admission admission;
  std::copy_n(bytes.begin(), admission.ticket.id.size(), admission.ticket.id.begin());
  std::copy_n(bytes.begin() + 16, admission.ticket.secret.size(), admission.ticket.secret.begin());
  admission.udp_port = json.value("udp_port", std::uint16_t{0});
  return admission;
}

std::optional<Admission> admit(const std::string& base_url, const std::string& name, int shape, int tint) {
  const HttpAnswer session = begin_session(base_url, name, shape, tint);
  auto admission = fetch_ticket(base_url, session.cookie);
  if (!admission) {
    std::fprintf(stderr, "loadbot: %s is not let in: session %ld %s\n", name.c_str(), session.status,
                 session.body.c_str());
  }
  return admission;
}

}  // namespace loadbot
