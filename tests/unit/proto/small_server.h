/// The least server that speaks the protocol truthfully: one client's inputs move its avatar by the movement rule,
/// other avatars walk by themselves, and snapshots are deltas against what the client acknowledged. The real one is
/// world-server/world; this one lets the client's brain be tested without it.
#pragma once

#include <map>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"
#include "tests/unit/proto/sent_snapshots.h"

namespace proto {

class SmallServer {
 public:
  struct Walker {
    AvatarId id;
    MoveState state;
    TestVisitor visitor;
  };

  SmallServer(CollisionWorld world, int walkers) : m_world(std::move(world)) {
    m_own.position = {0, 1, 0};
    for (int i = 0; i < walkers; ++i) {
      const auto index = static_cast<std::uint16_t>(10 + i);
      const int row = i / 8;
      MoveState state;
      state.position = {static_cast<float>(i % 8) * 2 - 8, 1, static_cast<float>(row) * 2 - 8};
      m_walkers.push_back({AvatarId{index, 3}, state, TestVisitor(static_cast<std::uint64_t>(i) + 77)});
    }
  }

  void receive(std::span<const std::uint8_t> packet) {
    if (const auto hello = decode<Hello>(packet)) {
      welcome();
      return;
    }
    const auto inputs = decode<Inputs>(packet);
    if (!inputs) return;
    m_sent.acknowledge(inputs->ack);
    for (std::size_t i = 0; i < inputs->inputs.size(); ++i) {
      const auto sequence = static_cast<std::uint16_t>(inputs->newest - (inputs->inputs.size() - 1 - i));
      if (sequence_distance(sequence, m_newest) <= 0) continue;
      m_newest = sequence;
      m_waiting.push_back({sequence, inputs->inputs[i]});
    }
  }

  void tick() {
    ++m_tick;
    if (!m_joined) return;
    for (int i = 0; i < 2 && !m_waiting.empty() && (i == 0 || m_waiting.size() > 3); ++i) {
      m_own = step(m_world, m_own, m_waiting.front().input);
      m_acked = m_waiting.front().sequence;
      m_waiting.erase(m_waiting.begin());
    }
    for (Walker& walker : m_walkers) walker.state = step(m_world, walker.state, walker.visitor.next());
    send_snapshot();
  }

  std::vector<OutgoingMessage> take_outgoing() { return std::exchange(m_outgoing, {}); }
  void shove(Vec3 to) {
    m_own.position = to;
    m_own.grounded = false;
    m_own = snapped(m_own);
  }
  void close(Places places) {
    m_world.close(places);
    say(Doors{m_tick, places});
  }
  template <class Message>
  void say(const Message& message) {
    m_outgoing.push_back({Lane::kReliable, encode(message)});
  }

  [[nodiscard]] const MoveState& own() const { return m_own; }
  [[nodiscard]] std::uint16_t acked() const { return m_acked; }
  [[nodiscard]] const std::vector<Walker>& walkers() const { return m_walkers; }
  [[nodiscard]] const CollisionWorld& world() const { return m_world; }
  [[nodiscard]] std::uint32_t now_tick() const { return m_tick; }
  [[nodiscard]] std::size_t snapshot_bytes() const { return m_snapshot_bytes; }
  [[nodiscard]] std::size_t snapshots() const { return m_snapshots; }

 private:
  struct Waiting {
    std::uint16_t sequence = 0;
    MoveInput input;
  };

  void welcome() {
    m_joined = true;
    Welcome message;
    message.self = {1, 9};
    message.tick = m_tick;
    message.collision_hash = m_world.hash();
    message.clients_max = 8;
    message.resume.id[0] = 5;
    message.resume_s = 30;
    m_outgoing.push_back({Lane::kReliable, encode(message)});
    for (const Walker& walker : m_walkers) {
      Appearance appearance;
      appearance.avatar = walker.id;
      appearance.version = 1;
      appearance.name = "Walker " + std::to_string(walker.id.index);
      m_outgoing.push_back({Lane::kReliable, encode(appearance)});
    }
  }

  void send_snapshot() {
    SnapshotHeader header;
    header.sequence = m_next_sequence++;
    header.tick = m_tick;
    const auto waiting = std::min<std::size_t>(m_waiting.size(), kInputsWaitingMax);
    header.own = OwnState{m_acked, static_cast<std::uint8_t>(waiting), m_own};
    SnapshotWriter writer(header);
    std::vector<AvatarRecord> written;
    for (const Walker& walker : m_walkers) {
      const AvatarRecord record = avatar_record(walker.id, walker.state, false);
      if (m_sent.has(record)) continue;
      if (!writer.add(m_sent.update(record, header.tick))) break;
      written.push_back(record);
    }
    const auto packet = writer.finish();
    m_sent.sent({header.sequence, header.tick}, written, {});
    m_outgoing.push_back({Lane::kState, {packet.begin(), packet.end()}});
    m_snapshot_bytes += packet.size();
    ++m_snapshots;
  }

  CollisionWorld m_world;
  MoveState m_own;
  std::vector<Walker> m_walkers;
  std::vector<Waiting> m_waiting;
  std::uint16_t m_newest = 0;
  std::uint16_t m_acked = 0;
  std::uint32_t m_tick = 1000;
  std::uint16_t m_next_sequence = 65'500;  ///< so that every test wraps it
  bool m_joined = false;
  SentSnapshots m_sent;
  std::vector<OutgoingMessage> m_outgoing;
  std::size_t m_snapshot_bytes = 0;
  std::size_t m_snapshots = 0;
};

}  // namespace proto
