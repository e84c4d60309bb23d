/// The command line and the data folder.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "world-server/app/data_folder.h"
#include "world-server/app/exit_codes.h"
#include "world-server/app/options.h"

using namespace world::app;

namespace {

template <std::size_t N>
std::variant<Options, EndAtOnce> parse(const char* const (&words)[N]) {
  return parse_options(static_cast<int>(N), words);
}

std::string temp_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "galleria-app-XXXXXX").string();
  REQUIRE(::mkdtemp(pattern.data()) != nullptr);
  return pattern;
}

}  // namespace

TEST_CASE("the UDP port and the public address follow from the TCP port") {
  const auto parsed = parse({"galleria-server", "--port", "9000", "--bind", "0.0.0.0"});
  REQUIRE(std::holds_alternative<Options>(parsed));
  CHECK(std::get<Options>(parsed).udp_port == 9000);
  CHECK(std::get<Options>(parsed).public_url == "http://127.0.0.1:9000");
}

TEST_CASE("what the command line cannot mean ends the program with the usage code") {
  const auto code = [](const auto& parsed) {
    const auto* end = std::get_if<EndAtOnce>(&parsed);
    return end == nullptr ? -1 : end->exit_code;
  };
  CHECK(code(parse({"galleria-server", "--port", "70000"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--clients-max", "0"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--clients-max", "5000"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--tls-cert", "/dev/null"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--nonsense"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--customer-chain-rpc", "http://127.0.0.1:1"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--customer-chain-deployment", "/dev/null"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--customer-batch-seconds", "0"})) == kExitUsage);
  CHECK(code(parse({"galleria-server", "--help"})) == kExitOk);
}

TEST_CASE("consents wait ten minutes for their batch unless told otherwise") {
  const auto plain = parse({"galleria-server"});
  REQUIRE(std::holds_alternative<Options>(plain));
  CHECK(std::get<Options>(plain).customer_batch_seconds == 600);
  const auto told = parse({"galleria-server", "--customer-batch-seconds", "10", "--customer-chain-rpc",
                           "http://127.0.0.1:1", "--customer-chain-deployment", "/dev/null"});
  REQUIRE(std::holds_alternative<Options>(told));
  CHECK(std::get<Options>(told).customer_batch_seconds == 10);
  CHECK(std::get<Options>(told).customer_chain_rpc_url == "http://127.0.0.1:1");
}

TEST_CASE("one data folder serves one server, and its spool is emptied") {
  const std::string path = temp_folder();
  std::filesystem::create_directories(path + "/spool");
  std::ofstream(path + "/spool/left.part") << "left";
  {
    const auto first = open_data_folder(path);
    REQUIRE(first.ok());
    CHECK(std::filesystem::is_empty(path + "/spool"));
    const auto second = open_data_folder(path);
    REQUIRE_FALSE(second.ok());
    CHECK(second.error().find("another server") != std::string::npos);
  }
  CHECK(open_data_folder(path).ok());
  std::filesystem::remove_all(path);
}

TEST_CASE("provider keys come from a file or not at all") {
  const std::string path = temp_folder();
  std::ofstream(path + "/keys.json") << R"({"api_key":"a","webhook_secret":"b"})";
  std::ofstream(path + "/half.json") << R"({"api_key":"a"})";
  std::ofstream(path + "/bad.json") << "{";
  namespace fs = std::filesystem;
  for (const char* name : {"/keys.json", "/half.json", "/bad.json"}) {
    fs::permissions(path + name, fs::perms::owner_read | fs::perms::owner_write);
  }
  const auto keys = read_provider_keys(path + "/keys.json");
  REQUIRE(keys.ok());
  CHECK(keys.value().api_key == "a");
  CHECK(keys.value().webhook_secret == "b");
  CHECK(read_provider_keys("").ok());
  CHECK_FALSE(read_provider_keys(path + "/half.json").ok());
  CHECK_FALSE(read_provider_keys(path + "/bad.json").ok());
  CHECK_FALSE(read_provider_keys(path + "/none.json").ok());
  fs::permissions(path + "/keys.json", fs::perms::group_read, fs::perm_options::add);
  const auto open_to_others = read_provider_keys(path + "/keys.json");
  REQUIRE_FALSE(open_to_others.ok());
  CHECK(open_to_others.error().find("chmod 600") != std::string::npos);
  std::filesystem::remove_all(path);
}
