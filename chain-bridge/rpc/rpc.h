/// JSON-RPC to one EVM node. What a node answers is from outside: every answer is bounded and checked. An error that
/// the node states (a revert, a nonce too low) is told apart from not knowing what became of a call.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "chain-bridge/eth/types.h"
#include "client-proto/core/result.h"

namespace chain {

struct RpcError {
  enum class Kind : std::uint8_t {
    kUnreachable,  ///< no connection, or it broke: nobody knows whether the call was carried out
    kMalformed,    ///< the answer is not what JSON-RPC promises
    kRefused,      ///< the node understood and said no
  };
  Kind kind = Kind::kUnreachable;
  std::int64_t code = 0;  ///< kRefused: the node's own code
  std::string message;
  Bytes revert_data;  ///< kRefused: what the contract reverted with, if the node told
};

/// The outer edge; the one implementation that counts talks HTTP.
class Rpc {
 public:
  virtual ~Rpc() = default;
  /// `params` is a JSON array. Blocks for at most the timeout that the implementation names.
  [[nodiscard]] virtual proto::Result<nlohmann::json, RpcError> call(std::string_view method,
                                                                     const nlohmann::json& params) = 0;
};

struct HttpRpcConfig {
  std::string url;  ///< "http://127.0.0.1:8545"
  long timeout_ms = 5000;
  std::size_t answer_bytes_max = 8U << 20U;
};

/// JSON-RPC over HTTP by libcurl; follows no redirects.
[[nodiscard]] std::unique_ptr<Rpc> http_rpc(HttpRpcConfig config);

}  // namespace chain
