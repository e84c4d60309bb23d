#include "tools/loadbot/hostile.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <vector>

#include "client-proto/wire/messages.h"
#include "tools/loadbot/api_client.h"
#include "tools/loadbot/web_client.h"

namespace loadbot {

namespace {

using Packet = std::vector<std::uint8_t>;
using proto::GoodbyeReason;
using namespace std::chrono_literals;

constexpr auto kAttackMax = 6s;

struct Attack {
  const char* name;
  bool joined = false;  ///< joins honestly first
  std::vector<Packet> packets;
  std::optional<GoodbyeReason> expected;  ///< nothing: the connection must end without a word
  std::string origin = {};
};

Packet inputs_packet() {
  proto::Inputs message;
  message.newest = 1;
  message.inputs.resize(1);
  return proto::encode(message);
}

std::vector<Attack> attacks() {
  Packet trailing = inputs_packet();
  trailing.push_back(0xff);
  const std::vector<Packet> flood(2000, inputs_packet());
  proto::Ticket forged;
  forged.id[0] = 1;
  return {
      {"unknown opcode", true, {{0x63}}, GoodbyeReason::kBadMessage},
      {"empty opcode zero", true, {{0}}, GoodbyeReason::kBadMessage},
      {"a server's message", true, {{130, 0, 0}}, GoodbyeReason::kBadMessage},
      {"truncated message", true, {{3, 1}}, GoodbyeReason::kBadMessage},
      {"trailing bytes", true, {trailing}, GoodbyeReason::kBadMessage},
      {"oversized for its opcode", true, {Packet(1500, 2)}, GoodbyeReason::kBadMessage},
      {"oversized frame", true, {Packet(60'000, 2)}, std::nullopt},
      {"out of state", false, {inputs_packet()}, GoodbyeReason::kBadMessage},
      {"forged ticket",
       false,
       {proto::encode(proto::Hello{proto::kProtocolVersion, forged})},
       GoodbyeReason::kBadTicket},
      {"other version", false, {proto::encode(proto::Hello{999, forged})}, GoodbyeReason::kWrongVersion},
      {"silence instead of Hello", false, {}, GoodbyeReason::kIdle},
      {"flood", true, flood, GoodbyeReason::kFlooding},
      {"foreign origin", false, {}, std::nullopt, "http://evil.example"},
  };
}

bool run_one(const Attack& attack, int number, const std::string& base_url, const std::string& host, std::uint16_t port,
             bool tls) {
  std::optional<GoodbyeReason> heard;
  bool welcomed = !attack.joined;
  WebClient client;
  client.origin = attack.origin;
  client.on_message = [&](std::span<const std::uint8_t> packet) {
    if (const auto goodbye = proto::decode<proto::Goodbye>(packet)) heard = goodbye.value().reason;
    if (proto::decode<proto::Welcome>(packet)) welcomed = true;
  };
  if (attack.joined) {
    const auto admission = admit(base_url, "Hostile " + std::to_string(number), 0, 0);
    if (!admission) return false;
    client.outgoing.push_back(proto::encode(proto::Hello{proto::kProtocolVersion, admission->ticket}));
  }
  WebClients clients;
  if (!clients.connect(client, host, port, tls)) return false;
  bool sent = false;
  const auto end = std::chrono::steady_clock::now() + kAttackMax;
  while (!client.closed && std::chrono::steady_clock::now() < end) {
    if (client.open && welcomed && !sent) {
      sent = true;
      client.outgoing.insert(client.outgoing.end(), attack.packets.begin(), attack.packets.end());
    }
    clients.service();
    std::this_thread::sleep_for(1ms);
  }
  const bool refused_at_door = !attack.origin.empty() ? !client.open : true;
  return client.closed && heard == attack.expected && refused_at_door;
}

}  // namespace

int run_hostile(const std::string& base_url, const std::string& host, std::uint16_t port, bool tls) {
  int failed = 0;
  int number = 0;
  for (const Attack& attack : attacks()) {
    const bool good = run_one(attack, ++number, base_url, host, port, tls);
    std::printf("%-28s %s\n", attack.name, good ? "refused as it must be" : "NOT refused as it must be");
    std::fflush(stdout);
    failed += good ? 0 : 1;
  }
  const bool healthy = http("GET", base_url + "/healthz", {}, {}).status == 200;
  std::printf("%-28s %s\n", "the server afterwards", healthy ? "healthy" : "NOT healthy");
  return failed + (healthy ? 0 : 1);
}

}  // namespace loadbot
