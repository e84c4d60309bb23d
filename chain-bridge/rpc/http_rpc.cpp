#include <curl/curl.h>

#include <nlohmann/json.hpp>

#include "chain-bridge/rpc/rpc.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr int kAnswerDepthMax = 32;

/// Parses with a limit on nesting: copying or dropping deeply nested JSON recurses without bound.
json parse_bounded(const std::string& text) {
  bool too_deep = false;
  const auto guard = [&too_deep](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kAnswerDepthMax;
    return depth <= kAnswerDepthMax;
  };
  json parsed = json::parse(text, guard, false);
  return too_deep ? json(json::value_t::discarded) : parsed;
}

struct Sink {
  std::string text;
  std::size_t bytes_max = 0;
};

std::size_t receive(char* data, std::size_t size, std::size_t count, void* user) {
  auto* sink = static_cast<Sink*>(user);
  if (sink->text.size() + size * count > sink->bytes_max) return 0;
  sink->text.append(data, size * count);
  return size * count;
}

/// Nodes put revert data into error.data, as text or inside an object.
Bytes revert_data(const json& error) {
  constexpr std::size_t kRevertBytesMax = 4096;
  const auto data = error.find("data");
  if (data == error.end()) return {};
  const json& text = data->is_object() && data->contains("data") ? (*data)["data"] : *data;
  if (!text.is_string()) return {};
  return parse_data(text.get_ref<const std::string&>(), kRevertBytesMax).value_or(Bytes{});
}

RpcError refused(const json& error) {
  RpcError out{RpcError::Kind::kRefused, 0, "refused without a reason", revert_data(error)};
  if (const auto code = error.find("code"); code != error.end() && code->is_number_integer())
    out.code = code->get<std::int64_t>();
  if (const auto text = error.find("message"); text != error.end() && text->is_string()) {
    out.message = text->get<std::string>().substr(0, 300);
  }
  return out;
}

class HttpRpc final : public Rpc {
 public:
  explicit HttpRpc(HttpRpcConfig config) : m_config(std::move(config)), m_curl(curl_easy_init(), curl_easy_cleanup) {
    m_headers.reset(curl_slist_append(nullptr, "Content-Type: application/json"));
  }

  proto::Result<json, RpcError> call(std::string_view method, const json& params) override {
    const json request{{"jsonrpc", "2.0"}, {"id", ++m_last_id}, {"method", method}, {"params", params}};
    const auto text = post(request.dump());
    if (!text) return proto::fail(text.error());
    json answer = parse_bounded(*text);
    if (!answer.is_object() || answer.value("id", json()) != json(m_last_id)) {
      return proto::fail(RpcError{RpcError::Kind::kMalformed, 0, "the node's answer is not JSON-RPC", {}});
    }
    if (const auto error = answer.find("error"); error != answer.end() && error->is_object())
      return proto::fail(refused(*error));
    if (!answer.contains("result")) {
      return proto::fail(RpcError{RpcError::Kind::kMalformed, 0, "the node's answer has no result", {}});
    }
    return std::move(answer["result"]);
  }

 private:
  proto::Result<std::string, RpcError> post(const std::string& body) {
    Sink sink{{}, m_config.answer_bytes_max};
    CURL* curl = m_curl.get();
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, m_config.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, m_headers.get());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, m_config.timeout_ms);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &sink);
    const CURLcode code = curl_easy_perform(curl);
    if (code != CURLE_OK) return proto::fail(RpcError{RpcError::Kind::kUnreachable, 0, curl_easy_strerror(code), {}});
    return std::move(sink.text);
  }

  HttpRpcConfig m_config;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> m_curl;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> m_headers{nullptr, curl_slist_free_all};
  std::int64_t m_last_id = 0;
};

}  // namespace

std::unique_ptr<Rpc> http_rpc(HttpRpcConfig config) { return std::make_unique<HttpRpc>(std::move(config)); }

}  // namespace chain
