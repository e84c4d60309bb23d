#include "tests/unit/world/client.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "world-server/world/recording.h"
#include "world-server/world/staff.h"

namespace world::test {

proto::MoveInput go(int x, int z, std::uint8_t buttons) {
  proto::MoveInput input;
  input.move_x = static_cast<std::int8_t>(x);
  input.move_z = static_cast<std::int8_t>(z);
  input.yaw = yaw_units_of(static_cast<float>(x), static_cast<float>(z));
  input.buttons = buttons;
  return input;
}

void TestClient::receive(const TickOutput& output) {
  m_postage.begin_tick();
  for (const Outgoing& message : output.outgoing) {
    if (message.to != m_id) continue;
    const auto payload = output.payload(message);
    const bool is_state = message.lane == Lane::kState;
    bytes += m_postage.pay(message.lane, payload.size());
    if (!is_state) {
      largest_reliable_bytes = std::max(largest_reliable_bytes, message.size_bytes);
      receive_reliable(payload);
      continue;
    }
    largest_state_bytes = std::max(largest_state_bytes, message.size_bytes);
    if (!is_lost()) receive_state(payload);
  }
}

void TestClient::receive_state(std::span<const std::uint8_t> payload) {
  const auto snapshot = proto::decode_snapshot(payload, m_history);
  if (!snapshot.ok()) {
    ++unreadable;
    return;
  }
  m_history.store(*snapshot);
  const std::uint32_t tick = snapshot->header.tick;
  if (snapshot->header.own) {
    own = snapshot->header.own;
    const auto waiting = static_cast<int>(m_unacknowledged.size());
    const int done = waiting - proto::sequence_distance(m_newest_input, own->acked_input);
    m_unacknowledged.erase(m_unacknowledged.begin(), m_unacknowledged.begin() + std::clamp(done, 0, waiting));
  }
  for (const proto::AvatarRecord& record : snapshot->avatars) {
    Other& other = others[record.id];
    if (!other.record || *other.record != record) other.changed_tick = tick;
    other.record = record;
    other.heard_tick = tick;
    other.sequence = snapshot->header.sequence;
  }
  for (const proto::PropRecord& record : snapshot->props) props[record.index] = record;
}

void TestClient::receive_reliable(std::span<const std::uint8_t> payload) {
  REQUIRE_FALSE(payload.empty());
  if (const auto welcomed = proto::decode<proto::Welcome>(payload); welcomed.ok()) {
    welcome = *welcomed;
  } else if (const auto seen = proto::decode<proto::Appearance>(payload); seen.ok()) {
    if (seen->avatar == m_id) {
      own_appearance = *seen;
    } else {
      others[seen->avatar].appearance = *seen;
      gone.erase(seen->avatar);
    }
  } else if (const auto left = proto::decode<proto::Gone>(payload); left.ok()) {
    others.erase(left->avatar);
    gone.insert(left->avatar);
  } else if (const auto event = proto::decode<proto::Event>(payload); event.ok()) {
    events.push_back(*event);
  } else if (const auto shut = proto::decode<proto::Doors>(payload); shut.ok()) {
    doors.push_back(*shut);
  } else if (const auto heard = proto::decode<proto::Said>(payload); heard.ok()) {
    said.push_back(*heard);
  } else if (const auto together = proto::decode<proto::PartyState>(payload); together.ok()) {
    receive_party(*together);
  } else {
    FAIL("a reliable message that is none: opcode " << int{payload[0]});
  }
}

void TestClient::receive_party(proto::PartyState state) {
  ++party_messages;
  for (proto::PartyMember& member : state.members) {
    if (!member.name.empty() || !party) continue;
    for (const proto::PartyMember& before : party->members) {
      if (before.avatar == member.avatar) member.name = before.name;
    }
  }
  party = std::move(state);
}

std::optional<Inputs> TestClient::send(const proto::MoveInput& input) {
  ++m_newest_input;
  m_unacknowledged.push_back(input);
  if (m_unacknowledged.size() > proto::kInputsPerPacketMax) m_unacknowledged.erase(m_unacknowledged.begin());
  if (is_lost()) return std::nullopt;
  Inputs batch;
  batch.avatar = m_id;
  batch.message.ack = m_history.ack();
  batch.message.newest = m_newest_input;
  batch.message.inputs = m_unacknowledged;
  // Through the codec, as on a wire.
  auto decoded = proto::decode<proto::Inputs>(proto::encode(batch.message));
  REQUIRE(decoded.ok());
  REQUIRE(*decoded == batch.message);
  return batch;
}

void TestClient::reconnect() { *this = TestClient(m_id, m_loss_percent, m_dice.next(), m_postage.carriage()); }

Scene::Scene(Mall mall, WorldOptions options) {
  auto made = World::make(std::move(mall), options);
  if (!made.ok()) FAIL(made.error().pointer << ": " << made.error().reason);
  world = std::move(made).value();
}

TestClient& Scene::join(std::uint16_t index, std::uint32_t loss_percent, std::uint32_t bytes_per_s, Carriage carriage) {
  Join message;
  message.avatar = id(index);
  message.name = "Guest " + std::to_string(index);
  message.look = {static_cast<std::uint8_t>(index % 3), static_cast<std::uint8_t>(index % 8)};
  message.bytes_per_s_max = bytes_per_s;
  message.person = person(index);
  message.carriage = carriage;
  say(NetToWorld{message});
  return m_clients.insert_or_assign(index, TestClient(id(index), loss_percent, index + 1U, carriage)).first->second;
}

void Scene::step(int ticks) {
  for (int i = 0; i < ticks; ++i) {
    for (const auto& [index, input] : m_wishes) {
      if (auto batch = m_clients.at(index).send(input)) m_from_net.emplace_back(std::move(*batch));
    }
    if (recording) record_tick(world->current_tick() + 1, m_from_shop, m_from_net, *recording);
    world->tick(m_from_shop, m_from_net, output);
    m_from_shop.clear();
    m_from_net.clear();
    for (auto& [index, client] : m_clients) client.receive(output);
  }
}

void Scene::walk_to(std::uint16_t index, float x, float z, int ticks_max) {
  for (int i = 0; i < ticks_max; ++i) {
    const Vec3 at = position(index);
    const float dx = x - at.x;
    const float dz = z - at.z;
    const float distance = std::sqrt(dx * dx + dz * dz);
    if (distance < 0.3F) {
      wish(index, go(0, 0));
      step(2);
      return;
    }
    wish(index, go(static_cast<int>(dx / distance * 127), static_cast<int>(dz / distance * 127), proto::kButtonRun));
    step();
  }
  FAIL("avatar " << index << " did not reach " << x << ", " << z);
}

}  // namespace world::test
