#include "tests/support/dev_chain.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "chain-bridge/eth/abi.h"
#include "client-proto/core/check.h"

namespace test {

namespace {

constexpr int kReadyTriesMax = 600;  // of 50 ms: half a minute, for machines with much else to do

std::string source() {
  const char* root = std::getenv("GALLERIA_SOURCE");  // NOLINT(concurrency-mt-unsafe): tests have one thread
  return root == nullptr ? "." : root;
}

/// A port that was free a moment ago.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  GALLERIA_CHECK(::bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  GALLERIA_CHECK(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace

proto::TimeUs now_utc() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::unique_ptr<DevChain> DevChain::start_empty() {
  const std::string root = source();
  if (!std::filesystem::exists(root + "/node_modules/.bin/node") ||
      !std::filesystem::exists(root + "/build/contracts/out/Checkout.sol")) {
    return nullptr;
  }
  std::unique_ptr<DevChain> chain(new DevChain());
  std::string folder = std::filesystem::temp_directory_path() / "galleria-chain-XXXXXX";
  GALLERIA_CHECK(::mkdtemp(folder.data()) != nullptr);
  chain->m_folder = folder;
  chain->m_port = free_port();
  chain->launch();
  if (!chain->wait_until_ready()) FAIL("the EVM node is installed but does not answer");
  return chain;
}

std::optional<std::string> DevChain::deploy(const std::string& arguments) {
  const std::string root = source();
  const std::string out = m_folder + "/deployment.json";
  const std::string command = root + "/node_modules/.bin/node " + root + "/tools/chain/deploy.mjs " + arguments +
                              " --rpc " + url() + " --out " + out + " >&2";
  if (std::system(command.c_str()) != 0) return std::nullopt;  // NOLINT(concurrency-mt-unsafe, cert-env33-c)
  std::ifstream file(out);
  return std::string((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
}

std::unique_ptr<DevChain> DevChain::start(const chain::Address& store_signer, const chain::Address& sender,
                                          const chain::Address& keeper) {
  std::unique_ptr<DevChain> chain = start_empty();
  if (!chain) return nullptr;
  const auto text = chain->deploy("shop --base-url http://shop.test --signer " + store_signer.text() + " --sender " +
                                  sender.text() + " --keeper " + keeper.text() + " --brands maison-lune=Lune");
  GALLERIA_CHECK(text.has_value());
  auto deployment = chain::Deployment::parse(*text);
  GALLERIA_CHECK(deployment.ok());
  chain->m_deployment = std::move(deployment).value();
  return chain;
}

std::unique_ptr<DevChain> DevChain::start_customer(const std::map<std::string, chain::Address>& members) {
  std::unique_ptr<DevChain> chain = start_empty();
  if (!chain) return nullptr;
  std::string founders;
  for (const auto& [brand, key] : members) founders += (founders.empty() ? "" : ",") + brand + "=" + key.text();
  const auto text = chain->deploy("customer --brands " + founders);
  GALLERIA_CHECK(text.has_value());
  auto deployment = chain::CustomerDeployment::parse(*text);
  GALLERIA_CHECK(deployment.ok());
  chain->m_customer = std::move(deployment).value();
  return chain;
}

DevChain::~DevChain() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(m_folder, ignored);
}

void DevChain::launch() {
  const std::string command = source() + "/tools/chain/node";
  const std::string state = state_file();
  const std::string port = std::to_string(m_port);
  m_pid = ::fork();
  GALLERIA_CHECK(m_pid >= 0);
  if (m_pid == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that is aborted leaves nothing behind
    ::execl(command.c_str(), command.c_str(), "--state", state.c_str(), "--port", port.c_str(), "--chain-id", "31337",
            nullptr);
    ::_exit(127);
  }
  m_rpc = chain::http_rpc({url(), 2000});
}

std::string DevChain::url() const { return "http://127.0.0.1:" + std::to_string(m_port); }

bool DevChain::wait_until_ready() {
  for (int i = 0; i < kReadyTriesMax; ++i) {
    if (chain::Node(*m_rpc).chain_id()) return true;
    if (::waitpid(m_pid, nullptr, WNOHANG) == m_pid) {
      m_pid = -1;
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

void DevChain::kill() {
  if (m_pid <= 0) return;
  ::kill(m_pid, SIGKILL);
  ::waitpid(m_pid, nullptr, 0);
  m_pid = -1;
  // What was started ends the node that it kept a moment later.
  for (int i = 0; i < 100 && chain::Node(*m_rpc).chain_id(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

bool DevChain::try_revive() {
  launch();
  return wait_until_ready();
}

void DevChain::revive() { GALLERIA_CHECK(try_revive()); }

void DevChain::revive_without_memory() {
  std::filesystem::remove(state_file());
  revive();
}

void DevChain::freeze() { ::kill(m_pid, SIGSTOP); }
void DevChain::thaw() { ::kill(m_pid, SIGCONT); }

void DevChain::give_money(const chain::Address& to, std::uint64_t amount) {
  const std::array<chain::abi::Value, 2> arguments{to, amount};
  const nlohmann::json transaction{
      {"from", kRichAccount},
      {"to", m_deployment.currency.token.text()},
      {"data", chain::hex_data(chain::abi::encode_call("mint(address,uint256)", arguments))}};
  GALLERIA_CHECK(m_rpc->call("eth_sendTransaction", nlohmann::json::array({transaction})).ok());
  for (int i = 0; i < 100 && money_of(to) < amount; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  GALLERIA_CHECK(money_of(to) >= amount);
}

std::uint64_t DevChain::money_of(const chain::Address& account) {
  const std::array<chain::abi::Value, 1> arguments{account};
  const auto answer = chain::Node(*m_rpc).call(account, m_deployment.currency.token,
                                               chain::abi::encode_call("balanceOf(address)", arguments));
  GALLERIA_CHECK(answer.ok());
  return chain::abi::Reader(*answer).word(0).value().to_u64().value();
}

chain::Address DevChain::owner_of(const chain::Address& twin, const chain::Word& token_id) {
  const std::array<chain::abi::Value, 1> arguments{token_id};
  const auto answer = chain::Node(*m_rpc).call(twin, twin, chain::abi::encode_call("ownerOf(uint256)", arguments));
  return answer ? chain::abi::Reader(*answer).address(0).value_or(chain::Address{}) : chain::Address{};
}

}  // namespace test
