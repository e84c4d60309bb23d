#include "client-proto/brain/brain.h"

#include <algorithm>
#include <utility>

#include "client-proto/wire/bundle.h"

namespace proto {

namespace {

constexpr float kTurn = 6.28318531F;
/// A frame that comes later than this many steps (a hidden tab) does not make up for all of them.
constexpr double kStepsBehindMax = 5;
/// How fast a correction melts: half of it in this time.
constexpr double kOwnMeltHalf_us = 80'000;
constexpr float kOwnJump_m = 3;
/// The server's queue is held between these by pacing the steps by up to 2 %.
constexpr double kWaitingLow = 0.4;
constexpr double kWaitingHigh = 2.0;
constexpr double kPace = 0.02;
/// How far others are thought ahead of the newest news, at most.
constexpr float kPasserAgeMax_s = 0.25F;

std::int8_t axis_units(float value) {
  const float scaled = clamp(finite(value) ? value : 0, -1, 1) * 127;
  return static_cast<std::int8_t>(scaled < 0 ? scaled - 0.5F : scaled + 0.5F);
}

std::uint16_t yaw_units(float yaw_rad) {
  if (!finite(yaw_rad) || magnitude(yaw_rad) > 1e6F) return 0;
  const float turns = yaw_rad / kTurn;
  const auto whole =
      static_cast<std::int32_t>(turns * static_cast<float>(kYawUnitsPerTurn) + (turns < 0 ? -0.5F : 0.5F));
  return static_cast<std::uint16_t>(static_cast<std::uint32_t>(whole) % kYawUnitsPerTurn);
}

float radians(std::uint8_t wire_yaw) { return static_cast<float>(wire_yaw) * (kTurn / kWireYawPerTurn); }

MoveInput to_input(const Wish& wish) {
  float x = wish.move_x;
  float z = wish.move_z;
  const float size = length({x, 0, z});
  if (size > 1) {
    x /= size;
    z /= size;
  }
  return {static_cast<std::uint8_t>(wish.buttons & kButtonsMask), axis_units(x), axis_units(z),
          yaw_units(wish.yaw_rad)};
}

TrackSample sample_of(const AvatarRecord& record, std::uint32_t tick) {
  TrackSample sample;
  sample.tick = tick;
  sample.position = {metres(record.x), metres(record.y), metres(record.z)};
  sample.yaw_rad = radians(record.yaw);
  sample.flags = record.flags;
  return sample;
}

Vec3 velocity_of(const AvatarRecord& record) {
  const auto speed_mps = [](std::int8_t units) { return static_cast<float>(units) / kWireUnitsPerMps; };
  return {speed_mps(record.vx), 0, speed_mps(record.vz)};
}

TrackSample sample_of(const PropRecord& record, std::uint32_t tick) {
  TrackSample sample;
  sample.tick = tick;
  sample.position = {metres(record.x), metres(record.y), metres(record.z)};
  sample.rotation = unpack_rotation(record.rotation);
  return sample;
}

/// Whether version `a` is later than `b`, on the circle.
bool later(std::uint16_t a, std::uint16_t b) { return sequence_distance(a, b) > 0; }

}  // namespace

// --- the connection ---

Status<CollisionStatus> Brain::load_collision(std::span<const std::uint8_t> bytes) {
  auto world = CollisionWorld::decode(bytes);
  if (!world) return fail(world.error());
  set_collision(std::move(world).value());
  return Unit{};
}

void Brain::set_collision(CollisionWorld world) {
  m_world = std::move(world);
  m_world->close(m_closed);
}

void Brain::take_doors(Places closed) {
  m_closed = closed;
  if (m_world) m_world->close(closed);
}

std::optional<bool> Brain::collision_matches() const {
  if (!m_world || m_state != BrainState::kJoined) return std::nullopt;
  return m_world->hash() == m_welcome.collision_hash;
}

void Brain::forget_everything() {
  for (const auto& [index, appearance] : m_appearances) m_new_gone.push_back(appearance.avatar);
  m_new_appearances.clear();
  m_appearances.clear();
  m_others.clear();
  m_props.clear();
  m_party_changed = m_party_changed || !m_party.empty();
  m_party.clear();
  m_queue.reset();
  m_reliable.clear();
  m_inputs.reset();
  take_doors(0);
  m_voices.forget();
  m_history = SnapshotHistory();
  m_clock.reset();
  m_prediction = Prediction();
  m_complete_tick = 0;
  m_unplaced_own.reset();
  m_sent_at.clear();
  m_stepping = false;
  m_wished = {};
  m_passers.clear();
  m_jump_pressed = false;
  m_own_offset = {};
}

void Brain::hello(const Ticket& ticket) {
  forget_everything();
  m_goodbye.reset();
  m_resume.reset();
  m_state = BrainState::kConnecting;
  m_reliable.push_back(encode(Hello{kProtocolVersion, ticket}));
}

std::optional<Ticket> Brain::take_resume_ticket() {
  std::optional<Ticket> ticket = m_resume;
  m_resume.reset();
  return ticket;
}

void Brain::on_closed() {
  if (m_state != BrainState::kIdle) m_state = BrainState::kClosed;
  m_queue.reset();
}

// --- what arrives ---

WireStatus Brain::on_bundle(std::span<const std::uint8_t> bundle, TimeUs now) {
  WireStatus first_wrong = WireStatus::kOk;
  while (!bundle.empty()) {
    const auto message = take_bundled(bundle);
    if (!message) ++m_statistics.messages_refused;
    const WireStatus status = message ? on_message(*message, now) : WireStatus::kTruncated;
    if (first_wrong == WireStatus::kOk) first_wrong = status;
    if (!message) break;
  }
  return first_wrong;
}

WireStatus Brain::on_message(std::span<const std::uint8_t> packet, TimeUs now) {
  m_statistics.bytes_received += packet.size();
  const auto take = [&](auto message, auto&& use) {
    if (!message) return message.error();
    use(std::move(message).value());
    return WireStatus::kOk;
  };
  const Peeked peeked = peek(packet, Direction::kToClient);
  WireStatus status = peeked.status;
  if (status == WireStatus::kOk && m_state != BrainState::kClosed && m_state != BrainState::kIdle) {
    switch (peeked.info->opcode) {
      case Opcode::kWelcome:
        status = take(decode<Welcome>(packet), [this](const Welcome& welcome) {
          m_welcome = welcome;
          m_resume = welcome.resume;
          m_queue.reset();
          m_state = BrainState::kJoined;
          if (m_voices.hears()) (void)hear(true);
        });
        break;
      case Opcode::kSnapshot:
        status = on_snapshot(packet, now);
        break;
      case Opcode::kAppearance:
        status = take(decode<Appearance>(packet), [this](Appearance&& a) { take_appearance(std::move(a)); });
        break;
      case Opcode::kGone:
        status = take(decode<Gone>(packet), [this](const Gone& gone) { take_gone(gone.avatar); });
        break;
      case Opcode::kDoors:
        status = take(decode<Doors>(packet), [this](const Doors& doors) { take_doors(doors.closed); });
        break;
      case Opcode::kEvent:
        status = take(decode<Event>(packet), [this](const Event& event) {
          if (m_new_events.size() < kEventsWaitingMax) m_new_events.push_back(event);
        });
        break;
      case Opcode::kSaid:
        status = take(decode<Said>(packet), [this](Said&& said) {
          if (m_new_said.size() < kSaidWaitingMax) m_new_said.push_back(std::move(said));
        });
        break;
      case Opcode::kVoiced:
        status = take(decode<Voiced>(packet), [&](Voiced&& voiced) { m_voices.take(std::move(voiced), now); });
        break;
      case Opcode::kQueuePlace:
        status = take(decode<QueuePlace>(packet), [this](const QueuePlace& place) {
          if (m_state == BrainState::kConnecting) m_queue = place;
        });
        break;
      case Opcode::kPartyState:
        status = take(decode<PartyState>(packet), [this](PartyState&& state) { take_party(std::move(state)); });
        break;
      case Opcode::kGoodbye:
        status = take(decode<Goodbye>(packet), [this](const Goodbye& goodbye) {
          m_goodbye = goodbye;
          m_queue.reset();
          m_state = BrainState::kClosed;
        });
        break;
      default:
        break;  // the client's own messages were refused by `peek`
    }
  }
  if (status != WireStatus::kOk) ++m_statistics.messages_refused;
  return status;
}

WireStatus Brain::on_snapshot(std::span<const std::uint8_t> packet, TimeUs now) {
  const std::optional<SnapshotHeader> header = peek_header(packet);
  if (!header) return WireStatus::kTruncated;
  if (!m_history.is_news(header->stamp())) return WireStatus::kOk;  // a duplicate, or later than anybody waits
  const SnapshotAck before = m_history.ack();
  auto snapshot = decode_snapshot(packet, m_history);
  if (!snapshot) return snapshot.error();
  m_history.store(*snapshot);
  const int ahead = before.any ? sequence_distance(header->sequence, before.newest) : 1;
  if (ahead > 1 || !before.any) m_complete_tick = snapshot->header.tick;
  if (ahead > 1) m_statistics.snapshots_lost += static_cast<std::uint32_t>(ahead - 1);
  if (ahead < 0 && m_statistics.snapshots_lost > 0) --m_statistics.snapshots_lost;  // late, not lost
  ++m_statistics.snapshots;
  take_snapshot(*snapshot, now);
  return WireStatus::kOk;
}

void Brain::take_snapshot(const Snapshot& snapshot, TimeUs now) {
  const std::uint32_t tick = snapshot.header.tick;
  m_clock.on_snapshot(tick, now);
  for (const AvatarRecord& record : snapshot.avatars) {
    Other& other = m_others[record.id.index];
    if (other.id != record.id || other.track.empty()) other = {record.id, Track()};
    const TrackSample sample = sample_of(record, tick);
    if (other.track.empty() || tick >= other.track.newest_tick()) other.newest = {sample.position, velocity_of(record)};
    other.track.add(sample, m_complete_tick);
  }
  for (const PropRecord& record : snapshot.props) m_props[record.index].add(sample_of(record, tick), m_complete_tick);
  if (!snapshot.header.own) return;
  if (m_world) {
    take_own(*snapshot.header.own, tick, now);
  } else {
    m_unplaced_own = snapshot.header.own;
    m_unplaced_tick = tick;
  }
}

void Brain::take_own(const OwnState& own, std::uint32_t tick, TimeUs now) {
  const bool known = m_prediction.known();
  const std::uint32_t corrections = m_prediction.corrections();
  const Vec3 drawn = known ? predicted_position(now) + m_own_offset : Vec3{};
  const std::uint16_t acked_before = m_prediction.acked_sequence();
  if (!m_prediction.reconcile(*m_world, own, tick)) return;
  for (int i = sequence_distance(own.acked_input, acked_before); i > 0 && !m_sent_at.empty(); --i) {
    const double trip_ms = static_cast<double>((now - m_sent_at.front()).us) / 1000;
    m_sent_at.pop_front();
    if (i == 1) m_statistics.round_trip_ms += (trip_ms - m_statistics.round_trip_ms) * 0.1;
  }
  if (m_prediction.corrections() != corrections || !known) look_ahead();
  m_inputs_waiting += (own.inputs_waiting - m_inputs_waiting) * 0.05;
  if (known && m_prediction.corrections() != corrections) {
    m_own_offset = drawn - predicted_position(now);
    if (length(m_own_offset) > kOwnJump_m) m_own_offset = {};
  }
}

void Brain::take_appearance(Appearance appearance) {
  const auto known = m_appearances.find(appearance.avatar.index);
  if (known != m_appearances.end()) {
    if (known->second.avatar == appearance.avatar && !later(appearance.version, known->second.version)) return;
    if (known->second.avatar != appearance.avatar) take_gone(known->second.avatar);
  }
  std::erase_if(m_new_appearances, [&](const Appearance& a) { return a.avatar == appearance.avatar; });
  m_new_appearances.push_back(appearance);
  m_appearances[appearance.avatar.index] = std::move(appearance);
}

void Brain::take_gone(AvatarId id) {
  const auto known = m_appearances.find(id.index);
  if (known == m_appearances.end() || known->second.avatar != id) return;
  m_appearances.erase(known);
  // Its way is kept: the server sends nothing for somebody who comes back into sight where he left it.
  std::erase_if(m_new_appearances, [&](const Appearance& a) { return a.avatar == id; });
  if (const auto other = m_others.find(id.index); other != m_others.end()) other->second.track.hide();
  if (m_new_gone.size() < kGoneWaitingMax) m_new_gone.push_back(id);
}

/// Names are told once: who comes without one is called as before.
void Brain::take_party(PartyState state) {
  for (PartyMember& member : state.members) {
    if (!member.name.empty()) continue;
    for (PartyMember& before : m_party) {
      if (before.avatar == member.avatar) member.name = before.name;
    }
  }
  m_party = std::move(state.members);
  m_party_changed = true;
}

// --- what is sent ---

bool Brain::enqueue(std::vector<std::uint8_t> packet) {
  if (m_state != BrainState::kJoined || m_reliable.size() >= kReliableWaitingMax) return false;
  m_reliable.push_back(std::move(packet));
  return true;
}

bool Brain::try_on(std::uint32_t variant_id) { return variant_id != 0 && enqueue(encode(TryOn{variant_id})); }

bool Brain::take_off(int slot) {
  return slot >= 0 && slot < kSlots && enqueue(encode(TakeOff{static_cast<std::uint8_t>(slot)}));
}

bool Brain::sit(std::uint32_t seat) {
  return seat < kSeatsMax && enqueue(encode(Sit{static_cast<std::uint16_t>(seat)}));
}

bool Brain::wave_at(AvatarId at) { return at.index <= kAvatarIndexMax && enqueue(encode(Wave{at})); }

bool Brain::say(SpeechLane lane, std::string_view text) {
  return is_speech(text) && enqueue(encode(Say{lane, std::string(text)}));
}

bool Brain::relate(AvatarId avatar, RelateAction action) {
  return avatar.index <= kAvatarIndexMax && enqueue(encode(Relate{avatar, action}));
}

bool Brain::party(PartyAction action, AvatarId avatar) {
  return avatar.index <= kAvatarIndexMax && enqueue(encode(Party{action, avatar}));
}

bool Brain::moderate(AvatarId avatar, ModerateAction action, std::uint32_t minutes) {
  const std::uint32_t minutes_min = action == ModerateAction::kBan ? 1 : 0;
  if (avatar.index > kAvatarIndexMax || minutes < minutes_min || minutes > kModerateMinutesMax) return false;
  return enqueue(encode(Moderate{avatar, action, minutes}));
}

bool Brain::hear(bool wanted) {
  m_voices.set_hears(wanted);
  return enqueue(encode(VoiceSettings{wanted}));
}

bool Brain::speak(std::span<const std::uint8_t> frame, bool starts_spurt, TimeUs now) {
  return m_state == BrainState::kJoined && m_voices.speak(frame, starts_spurt, now);
}

void Brain::input(const Wish& wish, TimeUs now) {
  m_own_yaw_rad = finite(wish.yaw_rad) ? wish.yaw_rad : 0;
  if (m_state != BrainState::kJoined || !m_world) return;
  if (m_unplaced_own) {
    take_own(*m_unplaced_own, m_unplaced_tick, now);
    m_unplaced_own.reset();
  }
  // The steps that are due belong to the wish that held until now.
  run_steps(now);
  MoveInput wished = to_input(wish);
  m_jump_held = (wished.buttons & kButtonJump) != 0;
  m_jump_pressed = m_jump_pressed || m_jump_held;
  if (m_jump_pressed) wished.buttons |= kButtonJump;
  const bool turned_only =
      wished.buttons == m_wished.buttons && wished.move_x == m_wished.move_x && wished.move_z == m_wished.move_z;
  m_wished = wished;
  if (turned_only) return;
  const Vec3 drawn = predicted_position(now);
  look_ahead();
  m_own_offset = m_own_offset + (drawn - predicted_position(now));
}

void Brain::run_steps(TimeUs now) {
  const auto now_us = static_cast<double>(now.us);
  const double pace = m_inputs_waiting > kWaitingHigh ? 1 + kPace : m_inputs_waiting < kWaitingLow ? 1 - kPace : 1;
  m_step_us = static_cast<double>(kStepUs) * pace;
  if (!m_stepping || now_us - m_next_step_us > kStepsBehindMax * m_step_us) {
    m_next_step_us = now_us;
    m_stepping = true;
  }
  if (now_us < m_next_step_us) return;
  while (now_us >= m_next_step_us) {
    one_step(now);
    m_next_step_us += m_step_us;
  }
  look_ahead();
}

/// What the step under way leads to, as far as the wish says by now.
void Brain::look_ahead() { m_ahead = m_prediction.ahead(*m_world, polite()); }

/// Others, where they will be when the next input counts; once a step, so that a step ends as it was drawn.
void Brain::look_around() {
  m_passers.clear();
  const Vec3 own = m_prediction.state().position;
  for (const auto& [index, other] : m_others) {
    const auto appearance = m_appearances.find(index);
    const bool in_sight = appearance != m_appearances.end() && appearance->second.avatar == other.id;
    if (!in_sight || other.id == m_welcome.self || m_passers.size() == kPassersMax) continue;
    const auto age_ticks = static_cast<float>(m_clock.newest_tick() - other.track.newest_tick());
    const float age_s = age_ticks * kStepSeconds + static_cast<float>(m_statistics.round_trip_ms) / 1000;
    const Passer now{other.newest.position + other.newest.velocity * smaller(age_s, kPasserAgeMax_s),
                     other.newest.velocity};
    if (length(now.position - own) < kPassReach_m) m_passers.push_back(now);
  }
}

void Brain::one_step(TimeUs now) {
  if (m_prediction.apply(*m_world, polite())) m_sent_at.push_back(now);
  look_around();
  // A press shorter than a step counts for one step.
  if (m_jump_pressed && !m_jump_held) m_wished.buttons &= static_cast<std::uint8_t>(~unsigned{kButtonJump});
  m_jump_pressed = false;
  Inputs inputs;
  inputs.ack = m_history.ack();
  inputs.newest = m_prediction.newest_sequence();
  inputs.inputs = m_prediction.unacknowledged();
  if (!inputs.inputs.empty()) m_inputs = encode(inputs);
}

std::optional<OutgoingMessage> Brain::poll(TimeUs now) {
  if (!m_reliable.empty()) {
    OutgoingMessage message{Lane::kReliable, std::move(m_reliable.front())};
    m_reliable.pop_front();
    return message;
  }
  if (auto voice = m_voices.poll(now)) return OutgoingMessage{Lane::kState, std::move(*voice)};
  if (!m_inputs) return std::nullopt;
  OutgoingMessage message{Lane::kState, std::move(*m_inputs)};
  m_inputs.reset();
  return message;
}

// --- what is drawn ---

Vec3 Brain::predicted_position(TimeUs now) const {
  const Vec3 from = m_prediction.state().position;
  if (!m_stepping) return from;
  const double left = (m_next_step_us - static_cast<double>(now.us)) / m_step_us;
  const float fraction = 1 - static_cast<float>(std::clamp(left, 0.0, 1.0));
  return from + (m_ahead.position - from) * fraction;
}

void Brain::draw_own(TimeUs now) {
  m_frame.own.reset();
  if (!m_prediction.known()) return;
  const auto elapsed = static_cast<double>(std::max<std::int64_t>((now - m_own_drawn).us, 0));
  m_own_drawn = now;
  m_own_offset = m_own_offset * static_cast<float>(1 / (1 + elapsed / kOwnMeltHalf_us));
  const MoveState& next = m_stepping ? m_ahead : m_prediction.state();
  const Vec3 over_ground{next.velocity.x, 0, next.velocity.z};
  const bool seated = next.stance != Stance::kOnFoot;
  const float yaw_rad = seated ? static_cast<float>(next.yaw) * (kTurn / kYawUnitsPerTurn) : m_own_yaw_rad;
  m_frame.own = OwnPose{predicted_position(now) + m_own_offset, yaw_rad, length(over_ground), next.grounded, seated};
}

const Frame& Brain::frame(TimeUs now) {
  m_frame.avatars.clear();
  m_frame.props.clear();
  m_frame.appearances = std::move(m_new_appearances);
  m_frame.gone = std::move(m_new_gone);
  m_frame.events = std::move(m_new_events);
  m_new_appearances.clear();
  m_new_gone.clear();
  m_new_events.clear();
  m_frame.said = std::move(m_new_said);
  m_new_said.clear();
  m_frame.party_changed = std::exchange(m_party_changed, false);
  if (m_frame.party_changed) m_frame.party = m_party;
  m_frame.queue = m_queue;
  m_frame.closed = m_closed;
  draw_own(now);
  const double tick = m_clock.render_tick(now);
  m_statistics.render_tick = tick;
  for (auto& [index, other] : m_others) {
    const auto appearance = m_appearances.find(index);
    const bool in_sight = appearance != m_appearances.end() && appearance->second.avatar == other.id;
    if (!in_sight || other.id == m_welcome.self) continue;
    const std::optional<TrackPose> pose = other.track.advance(tick, m_clock.newest_tick(), m_complete_tick);
    if (!pose) continue;
    const double stale_ticks = pose->tick - static_cast<double>(other.track.newest_tick());
    m_frame.avatars.push_back({other.id, *pose, static_cast<float>(stale_ticks) * kStepSeconds});
  }
  for (auto& [index, track] : m_props) {
    if (const std::optional<TrackPose> pose = track.advance(tick, m_clock.newest_tick(), m_complete_tick))
      m_frame.props.push_back({index, *pose});
  }
  return m_frame;
}

BrainStatistics Brain::statistics() const {
  BrainStatistics statistics = m_statistics;
  statistics.jitter_ms = m_clock.jitter_ms();
  statistics.delay_ms = m_clock.delay_ms();
  statistics.corrections = m_prediction.corrections();
  statistics.correction_max_m = m_prediction.correction_max_m();
  statistics.inputs_waiting = static_cast<std::uint32_t>(m_prediction.waiting());
  return statistics;
}

}  // namespace proto
