#include "world-server/api/mailer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "client-proto/core/check.h"

namespace world {
namespace {

constexpr long kConnectTimeout_ms = 3'000;
constexpr long kTimeout_ms = 10'000;

/// What is left to send; libcurl asks for it piece by piece.
std::size_t give(char* buffer, std::size_t size, std::size_t count, void* rest_pointer) {
  auto& rest = *static_cast<std::string_view*>(rest_pointer);
  const std::size_t bytes = std::min(size * count, rest.size());
  std::memcpy(buffer, rest.data(), bytes);
  rest.remove_prefix(bytes);
  return bytes;
}

/// Lines end in CR LF, as RFC 5321 wants; libcurl doubles leading dots itself.
std::string message(const Mail& mail, const std::string& from) {
  std::string text = "From: Galleria <" + from + ">\r\nTo: <" + mail.to + ">\r\nSubject: " + mail.subject +
                     "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: 8bit\r\nAuto-Submitted: auto-generated\r\n\r\n";
  for (const char c : mail.text) {
    if (c == '\n') text += '\r';
    text += c;
  }
  return text + "\r\n";
}

class SmtpMailer final : public Mailer {
 public:
  SmtpMailer(std::string url, std::string from) : m_url(std::move(url)), m_from(std::move(from)) {}

  proto::Status<std::string> send(const Mail& mail) override {
    GALLERIA_CHECK(is_email_address(mail.to));
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    GALLERIA_CHECK(curl != nullptr);
    const std::unique_ptr<curl_slist, void (*)(curl_slist*)> to(
        curl_slist_append(nullptr, ("<" + mail.to + ">").c_str()), curl_slist_free_all);
    const std::string text = message(mail, m_from);
    std::string_view rest = text;
    const std::string from = "<" + m_from + ">";
    curl_easy_setopt(curl.get(), CURLOPT_URL, m_url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeout_ms);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS, kTimeout_ms);
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(curl.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_READFUNCTION, give);
    curl_easy_setopt(curl.get(), CURLOPT_READDATA, &rest);
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return proto::fail(std::string(curl_easy_strerror(code)));
    return proto::Unit{};
  }

 private:
  std::string m_url;
  std::string m_from;
};

bool is_address_letter(char c) {
  constexpr std::string_view kMarks = ".!#$%&'*+/=?^_`{|}~-";
  const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return plain || kMarks.find(c) != std::string_view::npos;
}

bool is_domain_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool has_lone_dots(std::string_view text) {
  return text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos;
}

}  // namespace

bool is_email_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > 254 || at == std::string_view::npos) return false;
  const std::string_view local = text.substr(0, at);
  const std::string_view domain = text.substr(at + 1);
  if (local.empty() || local.size() > 64 || domain.empty()) return false;
  return std::all_of(local.begin(), local.end(), is_address_letter) && !has_lone_dots(local) &&
         std::all_of(domain.begin(), domain.end(), is_domain_letter) && !has_lone_dots(domain);
}

std::string normal_email(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::unique_ptr<Mailer> smtp_mailer(std::string url, std::string from) {
  return std::make_unique<SmtpMailer>(std::move(url), std::move(from));
}

}  // namespace world
