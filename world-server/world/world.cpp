#include "world-server/world/world.h"

#include <algorithm>
#include <utility>

#include "client-proto/core/check.h"
#include "client-proto/core/log.h"
#include "client-proto/move/movement.h"
#include "world-server/world/arrival.h"

namespace world {
namespace {

constexpr float kGridCell_m = 8;
constexpr std::size_t kServeStride = 97;
/// Staff look this far for shoppers.
constexpr float kSight_m = 8;

PusherShape pusher_shape() { return {proto::kCapsuleRadius_m, proto::kCapsuleHeight_m}; }

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  // FNV-1a over the value's bytes.
  for (int shift = 0; shift < 64; shift += 8) hash = (hash ^ (value >> shift & 0xffU)) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

proto::Result<std::unique_ptr<World>, MallError> World::make(Mall mall, const WorldOptions& options) {
  GALLERIA_CHECK(options.clients_max > 0 && options.clients_max <= kClientsMax);
  GALLERIA_CHECK(options.view_m >= kViewMin_m && options.view_m <= kViewMax_m);
  auto collision = compose_collision(mall, {});
  if (!collision.ok()) return proto::fail(collision.error());
  if (const auto seats = check_seats(mall, *collision); !seats.ok()) return proto::fail(seats.error());
  return std::unique_ptr<World>(new World(std::move(mall), options, std::move(collision).value()));
}

World::World(Mall mall, const WorldOptions& options, proto::CollisionWorld collision)
    : m_mall(std::move(mall)),
      m_options(options),
      m_collision(std::move(collision)),
      m_people(options.clients_max + m_mall.staff.size()),
      m_clients(options.clients_max),
      m_wardrobe(m_mall.boutiques, m_mall.visitors_wear),
      m_seats(m_mall.seats, m_people.rows()),
      m_props(m_mall, {}, pusher_shape(), static_cast<std::uint32_t>(m_people.rows())),
      m_grid(m_mall.bounds, kGridCell_m),
      m_hearing(m_mall.bounds, m_people.rows()),
      m_prop_records(m_mall.props.size()) {
  Dice seeds(options.seed);
  for (std::size_t i = 0; i < m_mall.staff.size(); ++i) {
    const StaffPlan& plan = m_mall.staff[i];
    const std::size_t row = options.clients_max + i;
    m_staff.emplace_back(plan, seeds.next());
    m_people.kind[row] = Kind::kStaff;
    m_people.id[row] = {static_cast<std::uint16_t>(row), 1};
    m_people.state[row] = m_staff.back().first_state();
    m_people.name[row] = plan.name;
    m_people.look[row] = plan.look;
    m_people.appearance_version[row] = 1;
  }
}

void World::tick(std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net, TickOutput& output) {
  output.clear();
  ++m_tick;
  output.tick = m_tick;
  for (const ShopToWorld& message : from_shop) {
    std::visit([this](const auto& m) { apply(m); }, message);
  }
  for (const NetToWorld& message : from_net) {
    std::visit(
        [this, &output](const auto& m) {
          if constexpr (requires { apply(m, output); }) {
            apply(m, output);
          } else {
            apply(m);
          }
        },
        message);
  }
  ended(TickStage::kCommands);
  move_shoppers();
  ended(TickStage::kMove);
  move_staff();
  ended(TickStage::kStaff);
  return_garments();
  ended(TickStage::kGarments);
  move_props();
  ended(TickStage::kProps);
  m_people.publish(m_tick);
  m_grid.fill(m_people.x, m_people.z, m_people.present);
  tell_parties();
  choose_voices(output);
  ended(TickStage::kPublish);
  serve(output);
  ended(TickStage::kServe);
}

void World::move_shoppers() {
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_people.kind[row] != Kind::kShopper) continue;
    InputQueue& inputs = m_clients[row]->inputs;
    proto::MoveState& state = m_people.state[row];
    inputs.begin_tick();
    for (std::uint32_t i = 0; i < kStepsPerTickMax; ++i) {
      const std::optional<proto::MoveInput> input = inputs.take();
      if (!input) break;
      state = proto::step(m_collision, state, *input);
    }
    const bool at_rest = state.grounded && state.velocity == Vec3{};
    if (inputs.end_tick() && !at_rest) {
      proto::MoveInput nothing;
      nothing.yaw = state.yaw;
      state = proto::step(m_collision, state, nothing);
    }
    if (state.stance == proto::Stance::kOnFoot && m_seats.leave(row)) m_people.teleport_parity[row] ^= 1U;
  }
}

std::optional<Visitor> World::nearest_shopper(Vec3 from) const {
  std::optional<Visitor> nearest;
  m_grid.visit_near(from.x, from.z, kSight_m, [&](std::uint32_t row) {
    if (m_people.kind[row] != Kind::kShopper) return;
    const Vec3 position = m_people.state[row].position;
    const float distance = proto::length(position - from);
    if (distance < kSight_m && (!nearest || distance < nearest->distance_m)) nearest = Visitor{position, distance};
  });
  return nearest;
}

std::span<const proto::Passer> World::passers_near(std::size_t row) {
  m_passers.clear();
  const Vec3 from = m_people.state[row].position;
  m_grid.visit_near(from.x, from.z, proto::kPassReach_m, [&](std::uint32_t other) {
    if (other == row || m_people.kind[other] == Kind::kNobody || m_passers.size() == proto::kPassersMax) return;
    const proto::Passer passer{m_people.state[other].position, m_people.state[other].velocity};
    if (proto::length(passer.position - from) < proto::kPassReach_m) m_passers.push_back(passer);
  });
  return m_passers;
}

void World::move_staff() {
  for (std::size_t i = 0; i < m_staff.size(); ++i) {
    const std::size_t row = m_options.clients_max + i;
    proto::MoveState& state = m_people.state[row];
    const proto::MoveInput wish = m_staff[i].think(state, nearest_shopper(state.position), m_tick);
    state = proto::step(m_collision, state, proto::passing(m_collision, state, wish, passers_near(row)));
    if (m_staff[i].waves_back(m_tick)) post_gesture({m_tick, proto::EventKind::kWave, m_people.id[row], 0});
  }
}

void World::return_garments() {
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_people.kind[row] != Kind::kShopper) continue;
    const Outfit before = m_people.outfit[row];
    if (!m_wardrobe.take_back(m_people.outfit[row], m_people.state[row].position, m_tick)) continue;
    m_people.dress(row, m_tick);
    for (std::size_t slot = 0; slot < kSlots; ++slot) {
      if (!before[slot].is_lent() || m_people.outfit[row][slot].is_lent()) continue;
      m_clients[row]->replica.post(
          {m_tick, proto::EventKind::kTryOnExpired, m_people.id[row], before[slot].variant_id});
    }
  }
}

void World::move_props() {
  m_pushers.clear();
  for (std::size_t row = 0; row < m_people.rows() && m_pushers.size() < kPushersMax; ++row) {
    if (m_people.kind[row] == Kind::kNobody || !m_props.is_near(m_people.state[row].position)) continue;
    m_pushers.push_back({static_cast<std::uint32_t>(row), m_people.state[row].position});
  }
  m_props.step(m_pushers);
  m_prop_records.begin(m_tick);
  for (std::size_t i = 0; i < m_prop_records.rows(); ++i) {
    const PropState& state = m_props.state(i);
    proto::PropRecord record;
    record.index = static_cast<std::uint16_t>(i);
    record.x = proto::wire_units(state.position.x);
    record.y = proto::wire_units(state.position.y);
    record.z = proto::wire_units(state.position.z);
    record.rotation = proto::pack_rotation(
        {state.rotation_xyzw[0], state.rotation_xyzw[1], state.rotation_xyzw[2], state.rotation_xyzw[3]});
    m_prop_records.set(i, record);
  }
}

void World::serve(TickOutput& output) {
  const Surroundings now{m_people, m_grid, m_prop_records, m_tick};
  // Everybody is the last one served in turn: what a full socket does not take is not always the same people's.
  const std::size_t first = m_tick * kServeStride % m_clients.size();
  for (std::size_t i = 0; i < m_clients.size(); ++i) {
    const std::size_t row = (first + i) % m_clients.size();
    if (m_people.kind[row] != Kind::kShopper) continue;
    ++output.shoppers;
    Client& client = *m_clients[row];
    if (!client.is_connected) continue;
    proto::OwnState own;
    own.acked_input = client.inputs.acked();
    own.inputs_waiting =
        static_cast<std::uint8_t>(std::min<std::size_t>(client.inputs.waiting(), proto::kInputsWaitingMax));
    own.state = m_people.state[row];
    client.replica.serve(now, own, m_scratch, output);
  }
}

std::uint64_t World::state_hash() const {
  std::uint64_t hash = mix(0xcbf29ce484222325ULL, m_tick);
  if (m_collision.closed() != 0) hash = mix(hash, m_collision.closed());
  for (std::size_t row = 0; row < m_people.rows(); ++row) {
    if (m_people.kind[row] == Kind::kNobody) continue;
    hash = mix(hash, m_people.id[row].packed());
    hash = proto::state_hash(m_people.state[row], hash);
    for (const Garment& garment : m_people.outfit[row]) {
      hash = mix(hash, std::uint64_t{garment.return_tick} << 32U | garment.variant_id);
    }
    if (m_people.party[row] != 0) hash = mix(hash, m_people.party[row]);
  }
  return hash;
}

}  // namespace world
