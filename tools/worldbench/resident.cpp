#include "tools/worldbench/resident.h"

#include <algorithm>

namespace worldbench {

namespace {

constexpr float kVoiceReach_m = 12;  ///< as far as a voice carries
constexpr float kSitFrom_m = 1;
constexpr std::int64_t kDeedMin_ms = 800;
constexpr std::uint32_t kDeedSpread_ms = 2'400;
constexpr std::int64_t kSpeechMin_ms = 1'000;
constexpr std::uint32_t kSpeechSpread_ms = 3'000;
constexpr std::int64_t kSilenceMin_ms = 4'000;
constexpr std::uint32_t kSilenceSpread_ms = 16'000;
constexpr std::int64_t kRestMin_ms = 2'000;
constexpr std::uint32_t kRestSpread_ms = 8'000;
constexpr std::uint32_t kHearsPercent = 75;
constexpr std::uint32_t kAcceptsPercent = 70;
constexpr std::uint32_t kDeclinesPercent = 20;  ///< the rest lets the invitation lie

constexpr std::array<const char*, 8> kPhrases{
    "What a lovely colour!",   "Does it come in blue?", "Shall we sit down?",       "Schöne Jacke, wo hängt die?",
    "I have seen nicer ones.", "日本語も話せますか",    "Wait for me at the door.", "👋 see you later"};

proto::SpanUs between(std::int64_t min_ms, std::uint32_t more_ms) { return proto::milliseconds(min_ms + more_ms); }

}  // namespace

bool Floor::take(std::uint16_t index) {
  const bool is_free = std::none_of(m_speaking.begin(), m_speaking.end(), [&](std::uint16_t other) {
    const float dx = m_truth.x(other) - m_truth.x(index);
    const float dz = m_truth.z(other) - m_truth.z(index);
    return other == index || dx * dx + dz * dz < kVoiceReach_m * kVoiceReach_m;
  });
  if (is_free) m_speaking.push_back(index);
  return is_free;
}

Resident::Resident(unsigned seed, const loadbot::Market& market, Floor& floor, Truth& truth, Tally& tally)
    : m_dice(seed), m_market(market), m_floor(floor), m_truth(truth), m_tally(tally) {}

Resident::~Resident() { fall_silent(); }

// --- in, out and in again ---

void Resident::begin(const Guest& guest) {
  m_guest = guest;
  m_walker = std::make_unique<Walker>(m_dice(), proto::kAvatarIndexMax + 1, below(4) == 0, m_truth);
  m_walker->on_news = [this](proto::Opcode opcode, std::span<const std::uint8_t> packet) { hear_of(opcode, packet); };
  m_around.clear();
  m_party.clear();
  m_asked_to_hear = false;
}

bool Resident::enter(const Guest& guest, loadbot::WebClients* over, const ServerAddress& server) {
  begin(guest);
  return m_walker->enter(guest, over, server);
}

bool Resident::come_back(loadbot::WebClients* over, const ServerAddress& server) {
  Guest guest = m_guest;
  guest.asked = now_steady();
  guest.admission.ticket = *m_resume;
  m_resume.reset();
  begin(guest);
  return m_walker->enter(guest, over, server);
}

void Resident::drop() {
  fall_silent();
  if (m_walker->link) {
    m_walker->link->close();
  } else {
    m_walker->web.break_off();
  }
}

// --- what it is told ---

void Resident::hear_of(proto::Opcode opcode, std::span<const std::uint8_t> packet) {
  switch (opcode) {
    case proto::Opcode::kWelcome:
      if (const auto welcome = proto::decode<proto::Welcome>(packet)) take_welcome(*welcome);
      break;
    case proto::Opcode::kAppearance:
      if (const auto seen = proto::decode<proto::Appearance>(packet)) take_appearance(*seen);
      break;
    case proto::Opcode::kGone:
      if (const auto gone = proto::decode<proto::Gone>(packet)) take_gone(gone->avatar);
      break;
    case proto::Opcode::kEvent:
      if (const auto event = proto::decode<proto::Event>(packet)) take_event(*event);
      break;
    case proto::Opcode::kSaid:
      if (const auto said = proto::decode<proto::Said>(packet)) {
        count(said->avatar == m_self ? Deed::kSaid : Deed::kHeard);
      }
      break;
    case proto::Opcode::kPartyState:
      if (const auto party = proto::decode<proto::PartyState>(packet)) take_party(*party);
      break;
    case proto::Opcode::kVoiced:
      count(Deed::kVoices);
      break;
    default:
      break;
  }
}

void Resident::take_welcome(const proto::Welcome& welcome) {
  const bool came_back = m_has_been_in && !m_resume;
  if (came_back && welcome.self == m_self) count(Deed::kResumed);
  if (came_back && welcome.self != m_self) m_is_itself = false;
  m_has_been_in = true;
  m_self = welcome.self;
  m_resume = welcome.resume;
}

void Resident::take_event(const proto::Event& event) {
  const bool is_own = event.avatar == m_self;
  switch (event.kind) {
    case proto::EventKind::kWave:
    case proto::EventKind::kWaveAt:
      if (is_own) count(Deed::kWaved);
      break;
    case proto::EventKind::kEmote:
      if (is_own) count(Deed::kGestured);
      break;
    case proto::EventKind::kInvited: {
      count(Deed::kInvited);
      const std::uint32_t mood = below(100);
      if (mood < kAcceptsPercent) {
        send(proto::Party{proto::PartyAction::kAccept, event.avatar});
      } else if (mood < kAcceptsPercent + kDeclinesPercent) {
        send(proto::Party{proto::PartyAction::kDecline, event.avatar});
      }
      break;
    }
    default:
      break;
  }
}

void Resident::take_appearance(const proto::Appearance& seen) {
  if (seen.avatar != m_self) {
    std::erase_if(m_around, [&seen](proto::AvatarId other) { return other.index == seen.avatar.index; });
    m_around.push_back(seen.avatar);
    if (m_wants_peace && m_blocked == seen.avatar) {
      if (m_saw_blocked_go) count(Deed::kReconciled);
      m_blocked.reset();
    }
    return;
  }
  const auto worn = [](const auto& outfit) {
    return std::count_if(outfit.begin(), outfit.end(), [](std::uint32_t variant) { return variant != 0; });
  };
  if (worn(seen.outfit) > worn(m_worn)) count(Deed::kWore);
  if (worn(seen.outfit) < worn(m_worn)) count(Deed::kGaveBack);
  m_worn = seen.outfit;
}

void Resident::take_gone(proto::AvatarId avatar) {
  std::erase(m_around, avatar);
  if (m_blocked != avatar || m_saw_blocked_go) return;
  m_saw_blocked_go = true;
  count(Deed::kBlocked);
}

void Resident::take_party(const proto::PartyState& state) {
  const bool was_in = !m_party.empty();
  m_party.clear();
  for (const proto::PartyMember& member : state.members) {
    if (member.avatar != m_self) m_party.push_back(member.avatar);
  }
  if (!was_in && !m_party.empty()) count(Deed::kJoined);
  if (was_in && m_party.empty()) count(Deed::kLeft);
}

void Resident::notice_seat() {
  const bool sits = m_walker->own().stance == proto::Stance::kSits;
  if (sits != m_sits) count(sits ? Deed::kSat : Deed::kStoodUp);
  m_sits = sits;
}

// --- what it does ---

void Resident::live(proto::TimeUs now) {
  m_walker->live(now);
  if (m_walker->stood.us == 0 || m_walker->ended()) return;
  if (!m_asked_to_hear) send(proto::VoiceSettings{below(100) < kHearsPercent});
  m_asked_to_hear = true;
  notice_seat();
  speak(now);
  if (now < m_next_deed) return;
  m_next_deed = now + between(kDeedMin_ms, below(kDeedSpread_ms));
  do_something(now);
}

void Resident::do_something(proto::TimeUs now) {
  const std::uint32_t mood = below(100);
  if (mood < 25) return say();
  if (mood < 35) return send(proto::Emote{static_cast<proto::EmoteKind>(below(proto::kEmoteKinds))});
  if (mood < 45) return wave();
  if (mood < 60) return sit(now);
  if (mood < 80) return dress();
  if (mood < 86) return relate();
  if (mood < 95) return go_together();
}

std::optional<proto::AvatarId> Resident::somebody() {
  if (m_around.empty()) return std::nullopt;
  return m_around[below(static_cast<std::uint32_t>(m_around.size()))];
}

void Resident::say() {
  const bool to_party = !m_party.empty() && below(3) == 0;
  send(proto::Say{to_party ? proto::SpeechLane::kParty : proto::SpeechLane::kNear,
                  kPhrases[below(static_cast<std::uint32_t>(kPhrases.size()))]});
}

void Resident::wave() {
  proto::Wave wave;
  if (below(2) == 0) wave.at = somebody();
  send(wave);
}

void Resident::sit(proto::TimeUs now) {
  const proto::Vec3 at = m_walker->own().position;
  const auto near = std::find_if(m_market.benches.begin(), m_market.benches.end(), [at](const loadbot::Bench& bench) {
    return proto::length({bench.before.x - at.x, 0, bench.before.z - at.z}) < kSitFrom_m;
  });
  if (m_sits || near == m_market.benches.end()) return;
  send(proto::Sit{near->seat});
  m_walker->rest(now + between(kRestMin_ms, below(kRestSpread_ms)));
}

/// Tries something on, or hangs it back. Asks outside the boutique too, now and then, where it is refused.
void Resident::dress() {
  const std::uint32_t mood = below(10);
  if (mood < 3) return send(proto::TakeOff{static_cast<std::uint8_t>(below(proto::kSlots))});
  const proto::Vec3 at = m_walker->own().position;
  const auto& rooms = m_market.rooms;
  const bool inside = std::any_of(rooms.begin(), rooms.end(), [at](const loadbot::Room& r) { return r.holds(at); });
  if ((!inside && mood > 3) || m_market.stands.empty()) return;
  const auto& variants = m_market.stands[below(static_cast<std::uint32_t>(m_market.stands.size()))].wearable_variants;
  if (!variants.empty()) send(proto::TryOn{variants[below(static_cast<std::uint32_t>(variants.size()))]});
}

/// Somebody whom it has blocked it forgives after a while; who was muted may stay so.
void Resident::relate() {
  if (m_blocked && !m_wants_peace) {
    m_wants_peace = true;
    return send(proto::Relate{*m_blocked, proto::RelateAction::kUnblock});
  }
  const auto whom = somebody();
  if (!whom) return;
  const std::uint32_t mood = below(4);
  if (mood == 0) return send(proto::Relate{*whom, proto::RelateAction::kMute});
  if (mood == 1) return send(proto::Relate{*whom, proto::RelateAction::kUnmute});
  m_blocked = whom;
  m_saw_blocked_go = false;
  m_wants_peace = false;
  send(proto::Relate{*whom, proto::RelateAction::kBlock});
}

void Resident::go_together() {
  if (!m_party.empty() && below(2) == 0) {
    if (below(3) == 0) return send(proto::Party{proto::PartyAction::kLeave, {}});
    return send(proto::Party{proto::PartyAction::kCome, m_party[below(static_cast<std::uint32_t>(m_party.size()))]});
  }
  if (const auto whom = somebody()) send(proto::Party{proto::PartyAction::kInvite, *whom});
}

void Resident::speak(proto::TimeUs now) {
  if (m_speaks && now >= m_speech_until) fall_silent();
  if (!m_speaks) {
    if (now < m_next_speech) return;
    m_next_speech = now + between(kSilenceMin_ms, below(kSilenceSpread_ms));
    m_speaks = m_floor.take(m_self.index);
    if (!m_speaks) return;
    m_speech_until = now + between(kSpeechMin_ms, below(kSpeechSpread_ms));
    m_next_speech = m_next_speech + (m_speech_until - now);
  }
  while (auto packet = m_talker.next_voice(now)) m_walker->send(proto::Lane::kState, std::move(*packet));
}

void Resident::fall_silent() {
  if (m_speaks) m_floor.yield(m_self.index);
  m_speaks = false;
}

}  // namespace worldbench
