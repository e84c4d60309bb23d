/// The other side, for tests: a client that decodes what the world sends with the real codec, keeps what it was told,
/// and answers with inputs and acknowledgements. Its link may lose snapshots and inputs; the reliable lane never does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "client-proto/wire/social.h"
#include "world-server/world/random.h"
#include "world-server/world/world.h"

namespace world::test {

class TestClient {
 public:
  /// `loss_percent` of the datagrams vanish in each direction.
  explicit TestClient(AvatarId id, std::uint32_t loss_percent = 0, std::uint64_t seed = 1,
                      Carriage carriage = Carriage::kDatagrams)
      : m_id(id), m_loss_percent(loss_percent), m_dice(seed), m_postage(carriage) {}

  [[nodiscard]] AvatarId id() const { return m_id; }
  /// Takes its own messages out of a tick's output.
  void receive(const TickOutput& output);
  /// One more input; the batch with all that is not acknowledged, or nothing when the link loses it.
  [[nodiscard]] std::optional<Inputs> send(const proto::MoveInput& input);
  /// Forgets everything, as a browser that was loaded anew.
  void reconnect();

  struct Other {
    std::optional<proto::AvatarRecord> record;
    std::optional<proto::Appearance> appearance;
    std::uint32_t heard_tick = 0;
    std::uint16_t sequence = 0;
    std::uint32_t changed_tick = 0;
  };

  std::optional<proto::Welcome> welcome;
  std::optional<proto::OwnState> own;
  std::optional<proto::Appearance> own_appearance;
  std::map<AvatarId, Other> others;
  std::map<std::uint16_t, proto::PropRecord> props;
  std::vector<proto::Event> events;
  std::vector<proto::Said> said;
  std::vector<proto::Doors> doors;
  std::optional<proto::PartyState> party;  ///< the newest, with the names told before
  std::size_t party_messages = 0;
  std::set<AvatarId> gone;
  std::uint64_t bytes = 0;  ///< as they travel, with all that is around them
  std::uint32_t largest_state_bytes = 0;
  std::uint32_t largest_reliable_bytes = 0;
  std::uint32_t unreadable = 0;

 private:
  void receive_state(std::span<const std::uint8_t> payload);
  void receive_reliable(std::span<const std::uint8_t> payload);
  void receive_party(proto::PartyState state);
  [[nodiscard]] bool is_lost() { return m_dice.between(1, 100) <= m_loss_percent; }

  AvatarId m_id;
  std::uint32_t m_loss_percent;
  Dice m_dice;
  Postage m_postage;
  proto::SnapshotHistory m_history;
  std::uint16_t m_newest_input = 0;
  std::vector<proto::MoveInput> m_unacknowledged;
};

/// A world with clients on links of their own; every `step` is one tick.
class Scene {
 public:
  explicit Scene(Mall mall, WorldOptions options = {});

  TestClient& join(std::uint16_t index, std::uint32_t loss_percent = 0,
                   std::uint32_t bytes_per_s = kBytesPerSecondDefault, Carriage carriage = Carriage::kDatagrams);
  /// The avatar that `join` makes, and the person behind it.
  [[nodiscard]] static AvatarId id(std::uint16_t index) { return {index, 7}; }
  [[nodiscard]] static Person person(std::uint16_t index) { return 100U + index; }
  /// Queued for the next step.
  void say(NetToWorld message) { m_from_net.push_back(std::move(message)); }
  void say(ShopToWorld message) { m_from_shop.push_back(std::move(message)); }
  /// What a client does until told otherwise; a client without a wish sends nothing.
  void wish(std::uint16_t index, proto::MoveInput input) { m_wishes[index] = input; }
  void silence(std::uint16_t index) { m_wishes.erase(index); }
  void step(int ticks = 1);
  /// Walks the avatar in a straight line until it is within 0.3 m of the point; fails the test after `ticks_max`.
  void walk_to(std::uint16_t index, float x, float z, int ticks_max = 600);

  [[nodiscard]] TestClient& client(std::uint16_t index) { return m_clients.at(index); }
  [[nodiscard]] Vec3 position(std::uint16_t index) const { return world->people().state[index].position; }

  std::unique_ptr<World> world;
  TickOutput output;
  /// Set before the first step, every tick is appended to it; `record_header` is the caller's.
  std::optional<std::vector<std::uint8_t>> recording;

 private:
  std::map<std::uint16_t, TestClient> m_clients;
  std::map<std::uint16_t, proto::MoveInput> m_wishes;
  std::vector<NetToWorld> m_from_net;
  std::vector<ShopToWorld> m_from_shop;
};

/// Full speed in a direction, facing it. `x` and `z` are -127..127.
[[nodiscard]] proto::MoveInput go(int x, int z, std::uint8_t buttons = 0);

}  // namespace world::test
