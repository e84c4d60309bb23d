#include "world-server/world/replica.h"

#include <algorithm>
#include <utility>

#include "client-proto/core/check.h"
#include "world-server/world/hearing.h"

namespace world {
namespace {

/// A snapshot datagram below this is not worth its overhead.
constexpr std::uint32_t kSnapshotBytesMin = 80;
constexpr std::uint32_t kPropBytesTypical = 16;
constexpr std::size_t kPropsPerTickMax = 16;
/// Header, own state and the ends of the lists; what stays free at the end of a datagram since the next record is
/// larger.
constexpr std::uint32_t kHeaderBytesMax = 28;
constexpr std::uint32_t kEndBytesMax = 14;
/// The largest reliable message with what is around it: a party's state, or something said over a stream.
constexpr std::uint32_t kPurseBytesMax = 1'000;
constexpr float kRecordBitsMin = 16;
constexpr float kRecordBitsMax = 130;
constexpr float kRecordBitsGain = 0.1F;
/// Records are chosen as if they were this much larger than of late, and measured unless they would fit if they were
/// so much larger still.
constexpr float kRecordBitsMargin = 1.04F;
constexpr float kRecordBitsSafe = 1.5F;

void append(TickOutput& output, AvatarId to, Lane lane, std::span<const std::uint8_t> payload) {
  Outgoing message;
  message.to = to;
  message.lane = lane;
  message.offset_bytes = static_cast<std::uint32_t>(output.bytes.size());
  message.size_bytes = static_cast<std::uint32_t>(payload.size());
  output.outgoing.push_back(message);
  output.bytes.insert(output.bytes.end(), payload.begin(), payload.end());
}

}  // namespace

void Replica::begin(const proto::Welcome& welcome, Carriage carriage, std::size_t props, float reach_m) {
  m_welcome = welcome;
  m_postage = Postage(carriage);
  m_welcome_due = true;
  m_doors_due.reset();
  m_own_version = 0;
  m_allowance_bytes = welcome.bytes_per_s_max / kTicksPerSecond;
  m_saved_bytes_max = m_allowance_bytes * kBudgetBurst_ticks;
  m_aside_bytes = 0;
  m_budget_bytes = 0;
  m_purse_bytes = 0;
  m_props_bytes = 0;
  m_next_sequence = 1;
  m_own_sent.reset();
  m_events.clear();
  m_letters.clear();
  m_letters_credit_bytes = 0;
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
  const bool can_ever_fit =
      Postage(m_postage.carriage()).cost_bytes(Lane::kReliable, packet.size()) <= m_saved_bytes_max;
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

/// What everything in view needs in each tick, to be told of within a second.
std::uint32_t Replica::need_bytes() const {
  const Need need = m_view.need();
  const auto records = static_cast<std::uint32_t>(need.focus * kFocusRecord_bytes +
                                                  (need.others * kOtherRecord_bytes + kTurn_ticks - 1) / kTurn_ticks);
  return Postage(m_postage.carriage()).cost_bytes(Lane::kState, kHeaderBytesMax + records) + m_props_bytes;
}

std::uint32_t Replica::voices_max(std::uint32_t heard) const {
  // Who is in view and not introduced yet will be: voices give way before that.
  const Need need = m_view.need();
  const auto strangers = static_cast<std::uint32_t>(m_view.seen().size() - need.focus - need.others);
  const std::uint32_t needed = need_bytes() * kTicksPerSecond + m_welcome.bytes_per_s_max / kReliableShare +
                               strangers * kOtherRecord_bytes * kTicksPerSecond / kTurn_ticks;
  std::uint32_t voices = 0;
  while (voices < kVoicesMax) {
    const std::uint32_t spare = voices + 1 > heard ? kVoiceSpare_bytes_per_s : 0;
    const std::uint32_t more = voices_bytes_per_s(m_postage.carriage(), voices + 1);
    if (needed + more + spare > m_welcome.bytes_per_s_max) break;
    ++voices;
  }
  return voices;
}

void Replica::serve(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch, TickOutput& output) {
  m_budget_bytes = std::min(m_budget_bytes + allowance_bytes(), m_saved_bytes_max);
  m_postage.begin_tick();
  const std::size_t own_row = m_welcome.self.index;
  const bool first = m_next_sequence == 1 && m_welcome_due;
  if (first || (now.tick + own_row) % kInterest_ticks == 0) {
    m_view.refresh(own_row, now.people, now.grid, now.tick, scratch.view);
    m_gone.insert(m_gone.end(), scratch.view.gone.begin(), scratch.view.gone.end());
  }
  fill_purse();
  send_news(now.tick, output);
  send_letters(output);
  introduce(now, scratch, output);
  const bool waits = is_something_waiting() || now.people.dressed_tick > m_introduced_tick;
  m_kept_bytes = waits ? m_purse_bytes : 0;
  send_snapshots(now, own, scratch, output);
  m_purse_bytes = std::min(m_purse_bytes, m_budget_bytes);  // what the view has spent is not owed
}

/// The view keeps what it needs, reliable messages have the rest; but neither less than a tenth nor more than half. A
/// budget that is too small for the view alone is halved.
void Replica::fill_purse() {
  const std::uint32_t allowance = allowance_bytes();
  const std::uint32_t least = std::min(m_allowance_bytes / kReliableShare, allowance / 2);
  const std::uint32_t need = std::min(need_bytes(), allowance);
  const bool is_too_small = m_aside_bytes == 0 && need + least > allowance;
  m_share_bytes = is_too_small ? allowance / 2 : std::clamp(allowance - need, least, allowance / 2);
  const std::uint32_t purse_max = std::min(m_saved_bytes_max, std::max(m_saved_bytes_max / 2, kPurseBytesMax));
  m_purse_bytes = std::min({m_purse_bytes + m_share_bytes, purse_max, m_budget_bytes});
}

bool Replica::is_something_waiting() const {
  return m_welcome_due || m_doors_due || !m_events.empty() || !m_gone.empty() || !m_letters.empty() ||
         m_view.has_newcomers();
}

/// False, and nothing is sent, when the purse does not reach.
template <class Message>
bool Replica::send_reliable(const Message& message, TickOutput& output) {
  return send_packet(proto::encode(message), output);
}

bool Replica::send_packet(std::span<const std::uint8_t> packet, TickOutput& output) {
  if (m_postage.cost_bytes(Lane::kReliable, packet.size()) > m_purse_bytes) return false;
  const std::uint32_t cost_bytes = m_postage.pay(Lane::kReliable, packet.size());
  m_purse_bytes -= cost_bytes;
  m_budget_bytes -= cost_bytes;
  append(output, m_welcome.self, Lane::kReliable, packet);
  return true;
}

void Replica::send_news(std::uint32_t tick, TickOutput& output) {
  if (m_welcome_due) {
    m_welcome.tick = tick;
    const std::uint32_t purse_bytes = std::exchange(m_purse_bytes, m_budget_bytes);  // nothing is told before it
    m_welcome_due = !send_reliable(m_welcome, output);
    m_purse_bytes = std::min(purse_bytes, m_budget_bytes);
    if (m_welcome_due) return;
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
  const auto share = static_cast<std::int64_t>(m_share_bytes);
  m_letters_credit_bytes = m_view.has_newcomers() ? std::min(m_letters_credit_bytes + share / 2, share) : share;
  std::size_t sent = 0;
  while (sent < m_letters.size() && (m_letters_credit_bytes > 0 || !m_view.has_newcomers()) && !m_welcome_due) {
    const std::uint32_t before_bytes = m_budget_bytes;
    if (!send_packet(m_letters[sent], output)) break;
    m_letters_credit_bytes -= before_bytes - m_budget_bytes;
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
  for (const auto& newcomer : scratch.newcomers) {
    const std::size_t row = seen.id[newcomer.position].index;
    if (!send_appearance(people, row, output)) return;
    if (!seen.known[newcomer.position].introduced) tell_bond(people, row, now.tick);
    seen.known[newcomer.position].introduced = true;
    seen.known[newcomer.position].appearance_version = people.appearance_version[row];
  }
  m_view.no_newcomers();
  m_introduced_tick = now.tick;
}

void Replica::choose_props(const Surroundings& now, ReplicaScratch& scratch) {
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
  // Remembered for a while: those far away are told of in every fourth tick.
  const auto due_bytes = static_cast<std::uint32_t>(scratch.due_props.size()) * kPropBytesTypical;
  m_props_bytes = std::max(due_bytes, m_props_bytes * 15 / 16);
}

std::uint32_t Replica::datagram_room_bytes() const {
  const std::uint32_t around = m_postage.around_bytes_max(Lane::kState);
  const std::uint32_t left = snapshot_budget_bytes();
  return left > around ? std::min<std::uint32_t>(left - around, proto::kSnapshotBytesMax) : 0;
}

/// What there is for avatars in all datagrams of this tick.
std::size_t Replica::records_room_bits(const ReplicaScratch& scratch) const {
  const std::uint32_t around = m_postage.around_bytes_max(Lane::kState);
  std::uint32_t left = snapshot_budget_bytes();
  std::uint32_t room = 0;
  while (left > around + kSnapshotBytesMin) {
    const std::uint32_t datagram = std::min<std::uint32_t>(left - around, proto::kSnapshotBytesMax);
    room += datagram - kHeaderBytesMax - (datagram == proto::kSnapshotBytesMax ? kEndBytesMax : 0);
    left -= around + datagram;
  }
  const auto props = static_cast<std::uint32_t>(scratch.due_props.size()) * kPropBytesTypical;
  return std::size_t{8} * (room > props ? room - props : 0);
}

/// What the records of those chosen take.
std::size_t Replica::chosen_bits(const Surroundings& now, ReplicaScratch& scratch) const {
  std::size_t bits = 0;
  proto::RecordCursor cursor;
  for (const ViewScratch::Due& due : scratch.view.due) {
    const std::uint16_t index = m_view.seen().id[due.position].index;
    const std::uint8_t age = m_view.seen().told[due.position].baseline_age(now.tick);
    const proto::BodyBits body = scratch.bodies.get(now.people.records, index, now.tick, age);
    bits += static_cast<std::size_t>(proto::avatar_key_bits(index, age, cursor) + body.low.count + body.high.count);
  }
  return bits;
}

/// As many as fit. A datagram is filled by index: were one chosen too many, it would always be those at the end who
/// are left out, however long they have waited. So what was chosen is measured first, and fewer are chosen.
void Replica::choose_avatars(const Surroundings& now, ReplicaScratch& scratch) {
  const std::size_t room_bits = records_room_bits(scratch);
  auto count = static_cast<std::size_t>(static_cast<float>(room_bits) / (m_record_bits * kRecordBitsMargin));
  const std::vector<ViewScratch::Due>& due = scratch.view.due;
  while (true) {
    m_view.choose(now.people, now.tick, count, scratch.view);
    if (static_cast<float>(due.size()) * m_record_bits * kRecordBitsSafe <= static_cast<float>(room_bits)) return;
    const std::size_t bits = chosen_bits(now, scratch);
    if (bits <= room_bits) return;
    count = due.size() * room_bits / bits;
    if (count == due.size()) --count;
  }
}

void Replica::send_snapshots(const Surroundings& now, const proto::OwnState& own, ReplicaScratch& scratch,
                             TickOutput& output) {
  if (m_welcome_due) return;
  choose_props(now, scratch);
  if (datagram_room_bytes() < kSnapshotBytesMin) return;
  choose_avatars(now, scratch);

  const bool own_changed = !m_own_sent || *m_own_sent != own;
  const bool heartbeat = now.tick - m_snapshot_tick >= kHeartbeat_ticks;
  if (scratch.view.due.empty() && scratch.due_props.empty() && !own_changed && !heartbeat) return;
  proto::SnapshotHeader header;
  header.tick = now.tick;
  header.own = own;
  m_own_sent = own;
  m_snapshot_tick = now.tick;
  bool more = true;
  while (more && datagram_room_bytes() >= kSnapshotBytesMin) {
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
  proto::SnapshotWriter writer(header, datagram_room_bytes());
  fill_avatars(now, writer, scratch);
  scratch.props.clear();
  if (scratch.view.due.empty()) fill_props(now, writer, scratch);
  const std::span<const std::uint8_t> packet = writer.finish();
  const std::uint32_t cost_bytes = m_postage.pay(Lane::kState, packet.size());
  GALLERIA_CHECK(cost_bytes <= snapshot_budget_bytes());
  m_budget_bytes -= cost_bytes;
  m_sent.remember({header.sequence, header.tick}, scratch.avatars, scratch.props);
  append(output, m_welcome.self, Lane::kState, packet);
}

}  // namespace world
