#include "world-server/world/replica.h"

#include <algorithm>
#include <utility>

#include "client-proto/core/check.h"

namespace world {
namespace {

/// A snapshot datagram below this is not worth its overhead.
constexpr std::uint32_t kSnapshotBytesMin = 80;
constexpr std::uint32_t kPropBytesTypical = 16;
constexpr std::size_t kPropsPerTickMax = 16;
/// Header, own state and the ends of the lists.
constexpr std::uint32_t kHeaderBytesTypical = 26;
constexpr float kRecordBitsMin = 16;
constexpr float kRecordBitsMax = 130;
constexpr float kRecordBitsGain = 0.1F;
/// Records are chosen as if they were this much larger than of late, so that the last ones chosen fit as well.
constexpr float kRecordBitsMargin = 1.08F;

void append(TickOutput& output, AvatarId to, Lane lane, std::span<const std::uint8_t> payload) {
  Outgoing message;
  message.to = to;
  message.lane = lane;
  message.offset_bytes = static_cast<std::uint32_t>(output.bytes.size());
  message.size_bytes = static_cast<std::uint32_t>(payload.size());
  output.outgoing.push_back(message);
  output.bytes.insert(output.bytes.end(), payload.begin(), payload.end());
}

std::int64_t letter_cost_bytes(std::span<const std::uint8_t> packet) {
  return static_cast<std::int64_t>(packet.size()) + kReliableOverhead_bytes;
}

}  // namespace

void Replica::begin(const proto::Welcome& welcome, std::size_t props, float reach_m) {
  m_welcome = welcome;
  m_welcome_due = true;
  m_doors_due.reset();
  m_own_version = 0;
  m_allowance_bytes = welcome.bytes_per_s_max / kTicksPerSecond;
  m_saved_bytes_max = m_allowance_bytes * kBudgetBurst_ticks;
  m_aside_bytes = 0;
  m_budget_bytes = 0;
  m_next_sequence = 1;
  m_own_sent.reset();
  m_events.clear();
  m_letters.clear();
  m_letters_credit_bytes = 0;
  m_is_saving = false;
  m_gone.clear();
  m_view.reset(reach_m);
  m_introduced_tick = 0;
  m_props.assign(props, Told{});
  m_sent.forget();
}

void Replica::announce_collision(std::uint64_t hash) {
  m_welcome.collision_hash = hash;
  m_welcome_due = true;
}

void Replica::post(const proto::Event& event) {
  if (event.avatar != m_welcome.self) {
    (void)post_packet(proto::encode(event));
  } else if (m_events.size() < kEventsWaitingMax) {
    m_events.push_back(event);
  }
}

bool Replica::post_packet(std::vector<std::uint8_t> packet) {
  const bool can_ever_fit = letter_cost_bytes(packet) <= static_cast<std::int64_t>(m_saved_bytes_max);
  if (m_letters.size() >= kLettersWaitingMax || !can_ever_fit) return false;
  m_letters.push_back(std::move(packet));
  return true;
}

bool Replica::knows(AvatarId id) const {
  if (id == m_welcome.self) return true;
  return m_view.is_introduced(id);
}

void Replica::acknowledge(const proto::SnapshotAck& ack) {
  m_sent.acknowledge(
      ack, [this](std::uint32_t tick, std::span<const AvatarId> avatars, std::span<const std::uint8_t> props) {
        m_view.learn(tick, avatars);
        for (const std::uint8_t prop : props) m_props[prop].learn(tick);
      });
}

void Replica::serve(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch, TickOutput& output) {
  m_budget_bytes = std::min(m_budget_bytes + allowance_bytes(), m_saved_bytes_max);
  const std::size_t own_row = m_welcome.self.index;
  const bool first = m_next_sequence == 1 && m_welcome_due;
  if (first || (now.tick + own_row) % kInterest_ticks == 0) {
    m_view.refresh(own_row, now.people, now.grid, now.tick, scratch.view);
    m_gone.insert(m_gone.end(), scratch.view.gone.begin(), scratch.view.gone.end());
  }
  send_news(now.tick, output);
  send_letters(output);
  if (m_is_saving) return;
  introduce(now, scratch, output);
  send_snapshots(now, own, scratch, output);
}

/// False, and nothing is sent, when the allowance does not reach.
template <class Message>
bool Replica::send_reliable(const Message& message, TickOutput& output) {
  return send_packet(proto::encode(message), output);
}

bool Replica::send_packet(std::span<const std::uint8_t> packet, TickOutput& output) {
  const auto cost_bytes = static_cast<std::uint32_t>(packet.size()) + kReliableOverhead_bytes;
  if (cost_bytes > m_budget_bytes) return false;
  m_budget_bytes -= cost_bytes;
  append(output, m_welcome.self, Lane::kReliable, packet);
  return true;
}

void Replica::send_news(std::uint32_t tick, TickOutput& output) {
  if (m_welcome_due) {
    m_welcome.tick = tick;
    if (!send_reliable(m_welcome, output)) return;
    m_welcome_due = false;
  }
  if (m_doors_due) {
    if (!send_reliable(*m_doors_due, output)) return;
    m_doors_due.reset();
  }
  std::size_t sent = 0;
  while (sent < m_events.size() && send_reliable(m_events[sent], output)) ++sent;
  m_events.erase(m_events.begin(), m_events.begin() + static_cast<std::ptrdiff_t>(sent));
  sent = 0;
  while (sent < m_gone.size() && send_reliable(proto::Gone{m_gone[sent]}, output)) ++sent;
  m_gone.erase(m_gone.begin(), m_gone.begin() + static_cast<std::ptrdiff_t>(sent));
}

void Replica::send_letters(TickOutput& output) {
  const auto allowance = static_cast<std::int64_t>(allowance_bytes());
  m_letters_credit_bytes = std::min(m_letters_credit_bytes + allowance / 2, allowance);
  m_is_saving = false;
  std::size_t sent = 0;
  while (sent < m_letters.size() && m_letters_credit_bytes > 0 && !m_welcome_due) {
    m_is_saving = !send_packet(m_letters[sent], output);
    if (m_is_saving) break;
    m_letters_credit_bytes -= letter_cost_bytes(m_letters[sent]);
    ++sent;
  }
  m_letters.erase(m_letters.begin(), m_letters.begin() + static_cast<std::ptrdiff_t>(sent));
}

bool Replica::send_appearance(const People& people, std::size_t row, TickOutput& output) {
  proto::Appearance appearance;
  appearance.avatar = people.id[row];
  appearance.version = people.appearance_version[row];
  appearance.name = people.name[row];
  appearance.shape = people.look[row].shape;
  appearance.tint = people.look[row].tint;
  appearance.staff = people.kind[row] == Kind::kStaff;
  appearance.keeps_order = people.keeps_order[row] != 0;
  for (std::size_t slot = 0; slot < kSlots; ++slot) appearance.outfit[slot] = people.outfit[row][slot].variant_id;
  return send_reliable(appearance, output);
}

/// Muted in an earlier visit, or as another avatar: the client cannot know. Of who is not muted it expects nothing
/// else.
void Replica::tell_bond(const People& people, std::size_t row, std::uint32_t tick) {
  const bool is_muted = (people.bonds[m_welcome.self.index].flags(people.person[row]) & kMuted) != 0;
  if (is_muted) post({tick, proto::EventKind::kBond, people.id[row], 1});
}

void Replica::introduce(const Surroundings& now, ReplicaScratch& scratch, TickOutput& output) {
  // Somebody whose Gone is still waiting must not be introduced before it.
  if (m_welcome_due || !m_gone.empty()) return;
  const People& people = now.people;
  const std::size_t own_row = m_welcome.self.index;
  if (m_own_version != people.appearance_version[own_row] && send_appearance(people, own_row, output)) {
    m_own_version = people.appearance_version[own_row];
  }
  if (!m_view.has_newcomers() && people.dressed_tick <= m_introduced_tick) return;
  SeenColumns& seen = m_view.seen();
  scratch.newcomers.clear();
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const Acquaintance& known = seen.known[i];
    const bool is_news = !known.introduced || known.appearance_version != people.appearance_version[seen.id[i].index];
    if (!is_news || !people.holds(seen.id[i])) continue;
    scratch.newcomers.push_back({known.distance_m, static_cast<std::uint32_t>(i)});
  }
  std::sort(scratch.newcomers.begin(), scratch.newcomers.end(), [](const auto& a, const auto& b) {
    return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.position < b.position;
  });
  const std::uint32_t keep_bytes = m_budget_bytes / 2;
  for (const auto& newcomer : scratch.newcomers) {
    const std::size_t row = seen.id[newcomer.position].index;
    if (m_budget_bytes <= keep_bytes || !send_appearance(people, row, output)) return;
    if (!seen.known[newcomer.position].introduced) tell_bond(people, row, now.tick);
    seen.known[newcomer.position].introduced = true;
    seen.known[newcomer.position].appearance_version = people.appearance_version[row];
  }
  m_view.no_newcomers();
  m_introduced_tick = now.tick;
}

void Replica::choose_props(const Surroundings& now, ReplicaScratch& scratch) const {
  scratch.due_props.clear();
  const float x = now.people.x[m_welcome.self.index];
  const float z = now.people.z[m_welcome.self.index];
  for (std::size_t i = 0; i < m_props.size() && scratch.due_props.size() < kPropsPerTickMax; ++i) {
    const proto::PropRecord& record = now.props.now(i);
    const float dx = proto::metres(record.x) - x;
    const float dz = proto::metres(record.z) - z;
    const std::uint32_t interval = dx * dx + dz * dz < kPropNear_m * kPropNear_m ? 1 : kPropFar_ticks;
    const std::uint32_t age = m_props[i].age_ticks(now.tick);
    if (age >= interval && m_props[i].has_news(now.props.changed_tick(i), age)) {
      scratch.due_props.push_back(static_cast<std::uint8_t>(i));
    }
  }
}

void Replica::send_snapshots(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch,
                             TickOutput& output) {
  if (m_welcome_due) return;
  choose_props(now, scratch);
  const auto props_bytes = static_cast<std::uint32_t>(scratch.due_props.size()) * kPropBytesTypical;
  const std::uint32_t fixed_bytes = kStateOverhead_bytes + kHeaderBytesTypical + props_bytes;
  if (m_budget_bytes < kStateOverhead_bytes + kSnapshotBytesMin) return;
  const std::uint32_t room_bytes = m_budget_bytes > fixed_bytes ? m_budget_bytes - fixed_bytes : 0;
  const float records = static_cast<float>(room_bytes) * 8 / (m_record_bits * kRecordBitsMargin);
  m_view.choose(now.people, now.tick, static_cast<std::size_t>(records), scratch.view);

  const bool own_changed = !m_own_sent || *m_own_sent != own;
  const bool heartbeat = now.tick - m_snapshot_tick >= kHeartbeat_ticks;
  if (scratch.view.due.empty() && scratch.due_props.empty() && !own_changed && !heartbeat) return;
  proto::SnapshotHeader header;
  header.tick = now.tick;
  header.own = own;
  m_own_sent = own;
  m_snapshot_tick = now.tick;
  bool more = true;
  while (more && m_budget_bytes >= kStateOverhead_bytes + kSnapshotBytesMin) {
    header.sequence = m_next_sequence++;
    send_datagram(now, header, scratch, output);
    header.own.reset();
    more = !scratch.view.due.empty() || !scratch.due_props.empty();
  }
}

/// Writes the first of the avatars that are due and takes them off the list.
void Replica::fill_avatars(const Surroundings& now, proto::SnapshotWriter& writer, ReplicaScratch& scratch) {
  scratch.avatars.clear();
  const std::size_t empty_bytes = writer.size_bytes();
  const RecordHistory<proto::AvatarRecord>& records = now.people.records;
  for (const ViewScratch::Due& due : scratch.view.due) {
    const AvatarId id = m_view.seen().id[due.position];
    Told& told = m_view.seen().told[due.position];
    const std::uint8_t age = told.baseline_age(now.tick);
    if (!writer.add_avatar(id.index, age, scratch.bodies.get(records, id.index, now.tick, age))) break;
    told.sent_tick = now.tick;
    scratch.avatars.push_back(id);
  }
  if (scratch.avatars.empty()) return;
  const auto written_bits = static_cast<float>((writer.size_bytes() - empty_bytes) * 8);
  const float each_bits = written_bits / static_cast<float>(scratch.avatars.size());
  m_record_bits += (each_bits - m_record_bits) * kRecordBitsGain;
  m_record_bits = std::clamp(m_record_bits, kRecordBitsMin, kRecordBitsMax);
  auto& due = scratch.view.due;
  due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(scratch.avatars.size()));
}

/// The same for props.
void Replica::fill_props(const Surroundings& now, proto::SnapshotWriter& writer, ReplicaScratch& scratch) {
  scratch.props.clear();
  for (const std::uint8_t index : scratch.due_props) {
    Told& told = m_props[index];
    if (!writer.add(update_of(now.props, index, now.tick, told.baseline_age(now.tick)))) break;
    told.sent_tick = now.tick;
    scratch.props.push_back(index);
  }
  auto& due = scratch.due_props;
  due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(scratch.props.size()));
}

proto::BodyBits BodyCache::get(const RecordHistory<proto::AvatarRecord>& records, std::size_t row, std::uint32_t tick,
                               std::uint8_t age) {
  const std::size_t entries = records.rows() * (proto::kBaselineAgeMax + 1);
  if (m_entries.size() < entries) m_entries.resize(entries);
  Entry& entry = m_entries[age * records.rows() + row];
  if (entry.tick == tick) return {{entry.bits, entry.count}, {}};
  const proto::BodyBits body = proto::encode_body(update_of(records, row, tick, age));
  if (body.high.count == 0) entry = {body.low.bits, tick, body.low.count};
  return body;
}

/// One datagram with as much of what is due as fits.
void Replica::send_datagram(const Surroundings& now, const proto::SnapshotHeader& header, ReplicaScratch& scratch,
                            TickOutput& output) {
  const std::uint32_t room_bytes = m_budget_bytes - kStateOverhead_bytes;
  proto::SnapshotWriter writer(header, std::min<std::size_t>(room_bytes, proto::kSnapshotBytesMax));
  fill_avatars(now, writer, scratch);
  scratch.props.clear();
  if (scratch.view.due.empty()) fill_props(now, writer, scratch);
  const std::span<const std::uint8_t> packet = writer.finish();
  const auto cost_bytes = static_cast<std::uint32_t>(packet.size()) + kStateOverhead_bytes;
  GALLERIA_CHECK(cost_bytes <= m_budget_bytes);
  m_budget_bytes -= cost_bytes;
  m_sent.remember({header.sequence, header.tick}, scratch.avatars, scratch.props);
  append(output, m_welcome.self, Lane::kState, packet);
}

}  // namespace world
