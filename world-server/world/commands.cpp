/// What each message from net and shop does to the world, one function per message; what people do to each other is in
/// commands_social.cpp and
/// commands_party.cpp. An avatar id is believed only while
/// exactly that avatar, generation included, is here.
#include <algorithm>

#include "client-proto/core/log.h"
#include "client-proto/wire/text.h"
#include "world-server/world/arrival.h"
#include "world-server/world/world.h"

namespace world {

World::Client* World::find(AvatarId avatar) {
  if (avatar.index >= m_clients.size() || !m_people.holds(avatar)) return nullptr;
  return m_clients[avatar.index].get();
}

// ---- from the shop -------------------------------------------------------------------------------------------------

void World::apply(const Wearables& message) {
  const std::size_t left_out = m_wardrobe.set_wearables(message.items);
  if (left_out > 0) {
    proto::log(proto::LogLevel::kWarning, "world",
               "wearables without a boutique of this mall, slot or id: " + std::to_string(left_out));
  }
  for (std::size_t i = 0; i < m_staff.size(); ++i) dress_staff(i, message.items);
}

/// Staff wear what the mall gives them, as far as the shop has it.
void World::dress_staff(std::size_t index, std::span<const Wearable> items) {
  const Outfit outfit = m_wardrobe.outfit_of(m_mall.staff[index].outfit, items);
  const std::size_t row = m_options.clients_max + index;
  const auto same = [](const Garment& a, const Garment& b) { return a.variant_id == b.variant_id; };
  if (std::equal(outfit.begin(), outfit.end(), m_people.outfit[row].begin(), same)) return;
  m_people.outfit[row] = outfit;
  m_people.dress(row, m_tick);
}

void World::apply(const DisplayBoxes& message) {
  auto collision = compose_collision(m_mall, message.boxes);
  if (!collision.ok()) {
    proto::log(proto::LogLevel::kWarning, "world",
               "display boxes refused at " + collision.error().pointer + ": " + collision.error().reason);
    return;
  }
  if (collision->hash() == m_collision.hash()) return;
  const proto::Places closed = m_collision.closed();
  m_collision = std::move(collision).value();
  m_displays = message.boxes;
  stand_props_among_solids();
  for (std::size_t row = 0; row < m_people.rows(); ++row) {
    if (m_people.kind[row] == Kind::kNobody) continue;
    const bool sits = m_people.state[row].stance != proto::Stance::kOnFoot;
    if (!sits && is_buried(m_collision, m_people.state[row].position)) place_anew(row);
    if (m_people.kind[row] == Kind::kShopper) m_clients[row]->replica.announce_collision(m_collision.hash());
  }
  m_collision.close(closed);  // only now: nobody is buried in a door
}

void World::apply(const ClosedBoutiques& message) {
  proto::Places closed = 0;
  for (std::size_t place = 0; place < m_mall.boutiques.size(); ++place) {
    const Boutique& boutique = m_mall.boutiques[place];
    const bool is_named = std::find(message.ids.begin(), message.ids.end(), boutique.id) != message.ids.end();
    if (is_named && !boutique.entrances.empty()) closed |= proto::Places{1} << place;
  }
  if (closed == m_collision.closed()) return;
  m_collision.close(closed);
  m_wardrobe.close(closed);
  stand_props_among_solids();
  for (std::size_t row = 0; row < m_clients.size(); ++row) {
    if (m_people.kind[row] == Kind::kShopper) m_clients[row]->replica.tell_doors({m_tick, closed});
  }
}

/// What can be pushed bumps into what is for sale and into closed doors, from both sides.
void World::stand_props_among_solids() {
  std::vector<Box> solids = m_displays;
  for (std::size_t place = 0; place < m_mall.boutiques.size(); ++place) {
    if (!m_collision.is_closed(place)) continue;
    for (const Entrance& entrance : m_mall.boutiques[place].entrances) solids.push_back(entrance.door());
  }
  m_props.set_extra_boxes(solids);
}

void World::place_anew(std::size_t row) {
  m_people.state[row] = m_people.kind[row] == Kind::kStaff
                            ? m_staff[row - m_options.clients_max].first_state()
                            : choose_arrival(m_mall, m_collision, m_people, m_arrivals++);
  m_people.teleport_parity[row] ^= 1U;
}

// ---- from net ------------------------------------------------------------------------------------------------------

/// `message` is a Join or a Resume.
template <class Message>
void World::welcome(Client& client, const Message& message) {
  const AvatarId avatar = message.avatar;
  proto::Welcome welcome;
  welcome.self = avatar;
  welcome.collision_hash = m_collision.hash();
  welcome.clients_max = m_options.clients_max;
  welcome.bytes_per_s_max = std::clamp(message.bytes_per_s_max, kBytesPerSecondMin, kBytesPerSecondMax);
  welcome.resume = message.resume;
  welcome.resume_s = message.resume_s;
  client.is_connected = true;
  client.party_due = m_people.party[avatar.index] != 0;
  client.party_named = 0;
  client.inputs.reset();
  m_hearing.forget(avatar.index);
  client.replica.begin(welcome, message.carriage, m_prop_records.rows(), m_options.view_m);
  if (m_collision.closed() != 0) client.replica.tell_doors({m_tick, m_collision.closed()});
}

void World::apply(const Join& message, TickOutput& output) {
  const std::size_t row = message.avatar.index;
  const bool is_sound = row < m_clients.size() && m_people.kind[row] == Kind::kNobody && proto::is_name(message.name) &&
                        message.look.shape < proto::kShapes && message.look.tint < proto::kTints;
  if (!is_sound) {
    output.kicks.push_back({message.avatar, KickReason::kSlotInvalid});
    return;
  }
  if (m_clients[row] == nullptr) m_clients[row] = std::make_unique<Client>();
  m_people.state[row] = choose_arrival(m_mall, m_collision, m_people, m_arrivals++);
  m_people.kind[row] = Kind::kShopper;
  m_people.id[row] = message.avatar;
  m_people.teleport_parity[row] = 0;
  m_people.outfit[row] = m_wardrobe.own();
  m_people.outfit_tick[row] = 0;
  m_people.appearance_version[row] = 1;
  m_people.name[row] = message.name;
  m_people.look[row] = message.look;
  m_people.person[row] = message.person;
  m_people.bonds[row] = message.bonds;
  m_people.keeps_order[row] = message.keeps_order ? 1 : 0;
  m_clients[row]->wave_ready_tick = 0;
  m_clients[row]->emote_ready_tick = 0;
  m_clients[row]->come_ready_tick = 0;
  m_clients[row]->speech.begin(m_tick);
  welcome(*m_clients[row], message);
}

void World::apply(const Suspend& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  client->is_connected = false;
  client->inputs.reset();
  m_hearing.forget(message.avatar.index);
}

void World::apply(const Resume& message, TickOutput& output) {
  Client* client = find(message.avatar);
  if (client == nullptr) {
    output.kicks.push_back({message.avatar, KickReason::kSlotInvalid});
    return;
  }
  welcome(*client, message);
}

void World::apply(const Leave& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  client->is_connected = false;
  client->inputs.reset();
  m_hearing.forget(message.avatar.index);
  m_parties.forget(message.avatar);
  m_seats.leave(message.avatar.index);
  m_people.kind[message.avatar.index] = Kind::kNobody;
}

void World::apply(const Inputs& message) {
  Client* client = find(message.avatar);
  if (client == nullptr || !client->is_connected) return;
  if (!client->inputs.accept(message.message)) return;
  client->replica.acknowledge(message.message.ack);
}

void World::apply(const TryOn& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  const std::size_t row = message.avatar.index;
  switch (m_wardrobe.try_on(m_people.outfit[row], message.variant_id, m_people.state[row].position, m_tick)) {
    case TryOnStatus::kDone:
      m_people.dress(row, m_tick);
      break;
    case TryOnStatus::kUnchanged:
      break;
    case TryOnStatus::kUnknownVariant:
    case TryOnStatus::kElsewhere:
      client->replica.post({m_tick, proto::EventKind::kTryOnRefused, message.avatar, message.variant_id});
      break;
  }
}

/// Only who stands sits down; who sits already stands up first, by walking.
void World::apply(const Sit& message) {
  Client* client = find(message.avatar);
  if (client == nullptr) return;
  const std::size_t row = message.avatar.index;
  proto::MoveState& state = m_people.state[row];
  const bool stands = state.stance == proto::Stance::kOnFoot && state.grounded;
  const auto seat = stands ? m_seats.sit_down(row, message.seat, state.position, m_collision) : std::nullopt;
  if (seat) {
    state = *seat;
    m_people.teleport_parity[row] ^= 1U;
  } else {
    client->replica.post({m_tick, proto::EventKind::kSitRefused, message.avatar, message.seat});
  }
}

void World::apply(const Rank& message) {
  const std::size_t row = message.avatar.index;
  if (find(message.avatar) == nullptr || (m_people.keeps_order[row] != 0) == message.keeps_order) return;
  m_people.keeps_order[row] = message.keeps_order ? 1 : 0;
  m_people.change_appearance(row, m_tick);
}

void World::apply(const TakeOff& message) {
  if (find(message.avatar) == nullptr) return;
  const std::size_t row = message.avatar.index;
  if (m_wardrobe.take_off(m_people.outfit[row], message.slot)) m_people.dress(row, m_tick);
}

}  // namespace world
