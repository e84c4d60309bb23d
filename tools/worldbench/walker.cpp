#include "tools/worldbench/walker.h"

#include <algorithm>
#include <cmath>

namespace worldbench {

namespace {

constexpr proto::SpanUs kInputPeriod = proto::milliseconds(50);
/// A link is served whenever something came; within this time something always comes, or the link has to repeat itself.
constexpr proto::SpanUs kQuietMax = proto::milliseconds(100);
constexpr double kTurn_rad = 6.283185307;
constexpr std::uint64_t kIpUdpBytes = 28;
constexpr std::uint64_t kIpTcpFrameBytes = 52 + 4;  ///< TCP with time stamps, one segment for each frame

}  // namespace

bool Walker::ended() const { return m_left || web.closed || (link && link->phase() == proto::NativePhase::kClosed); }

bool Walker::enter(const Guest& guest, loadbot::WebClients* over, const ServerAddress& server) {
  asked = guest.asked;
  m_hello = proto::encode(proto::Hello{proto::kProtocolVersion, guest.admission.ticket});
  if (over != nullptr) {
    web.on_message = [this](std::span<const std::uint8_t> packet) { take(packet, now_steady()); };
    web.outgoing.push_back(std::move(m_hello));
    return over->connect(web, server.host, server.port, server.tls);
  }
  proto::CookieNonce nonce{};
  std::copy_n(guest.admission.ticket.id.begin(), nonce.size(), nonce.begin());
  auto opened =
      proto::NativeLink::open(server.host, guest.admission.udp_port, guest.admission.ticket, nonce, now_steady(),
                              [this](std::span<const std::uint8_t> packet, proto::TimeUs at) { take(packet, at); });
  if (!opened) return false;
  link = std::move(opened).value();
  return true;
}

void Walker::join_talk(Hearsay& all, bool speaks) {
  m_talker = std::make_unique<Talker>();
  m_hearsay = &all;
  m_speaks = speaks;
}

void Walker::send(proto::Lane lane, std::vector<std::uint8_t> packet) {
  if (link) {
    (void)link->send(lane, packet);
  } else {
    web.outgoing.push_back(std::move(packet));
  }
}

void Walker::talk(proto::TimeUs now) {
  if (!m_asked_to_hear) send(proto::Lane::kReliable, proto::encode(proto::VoiceSettings{true}));
  m_asked_to_hear = true;
  if (!m_speaks) return;
  while (auto packet = m_talker->next_voice(now)) send(proto::Lane::kState, std::move(*packet));
}

void Walker::serve(proto::TimeUs now) {
  m_served = now;
  link->service(now);
}

void Walker::live(proto::TimeUs now) {
  if (m_talker != nullptr && stood.us != 0) talk(now);
  if (now < m_next_step) return;
  if (m_talker != nullptr) m_talker->play(now, *m_hearsay);
  const bool late = now - m_next_step > kInputPeriod;
  m_next_step = late ? now + kInputPeriod : m_next_step + kInputPeriod;
  if (link) {
    if (link->phase() == proto::NativePhase::kConnected) {
      if (!m_hello.empty()) {
        (void)link->send(proto::Lane::kReliable, m_hello);
        m_hello.clear();
        serve(now);
      } else if (m_joined) {
        (void)link->send(proto::Lane::kState, next_inputs(now));
      }
    }
    if (now - m_served > kQuietMax) serve(now);
  } else if (web.open && m_joined && web.outgoing.empty()) {
    web.outgoing.push_back(next_inputs(now));
  }
}

Arrived Walker::arrived() const {
  Arrived all = m_arrived;
  all.wire_bytes = link ? link->bytes_received() + link->datagrams_received() * kIpUdpBytes
                        : web.bytes_received + web.frames_received * kIpTcpFrameBytes;
  return all;
}

void Walker::take(std::span<const std::uint8_t> packet, proto::TimeUs now) {
  m_arrived.payload_bytes += packet.size();
  const proto::Peeked peeked = proto::peek(packet, proto::Direction::kToClient);
  if (peeked.info == nullptr) {
    ++m_arrived.unreadable;
    return;
  }
  switch (peeked.info->opcode) {
    case proto::Opcode::kWelcome:
      if (const auto welcome = proto::decode<proto::Welcome>(packet)) {
        m_self = welcome->self;
        m_joined = m_self.index < m_walkers;
      }
      break;
    case proto::Opcode::kSnapshot:
      take_snapshot(packet, now);
      break;
    case proto::Opcode::kAppearance:
      if (const auto seen = proto::decode<proto::Appearance>(packet); seen && seen->avatar.index < m_others.size()) {
        Other& other = m_others[seen->avatar.index];
        if (other.generation != seen->avatar.generation) other = {0, seen->avatar.generation, false};
        other.introduced = true;
      }
      break;
    case proto::Opcode::kGone:
      if (const auto gone = proto::decode<proto::Gone>(packet); gone && gone->avatar.index < m_others.size()) {
        // Its state is kept: the two lanes may overtake each other when somebody leaves and comes back.
        m_others[gone->avatar.index].introduced = false;
      }
      break;
    case proto::Opcode::kVoiced:
      if (auto voiced = proto::decode<proto::Voiced>(packet); voiced && m_talker != nullptr) {
        m_talker->hear(std::move(voiced).value(), now, *m_hearsay);
      }
      break;
    case proto::Opcode::kGoodbye:
      m_left = true;
      break;
    default:
      break;
  }
  if (on_news && peeked.info->opcode != proto::Opcode::kSnapshot) on_news(peeked.info->opcode, packet);
}

void Walker::take_snapshot(std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto header = proto::peek_header(packet);
  if (!header || !m_history.is_news(header->stamp())) return;
  proto::Snapshot read{*header, {}, {}};
  if (m_reads) {
    auto snapshot = proto::decode_snapshot(packet, m_history);
    if (!snapshot) {
      ++m_arrived.unreadable;
      return;
    }
    read = std::move(snapshot).value();
  }
  m_history.store(read);
  for (const proto::AvatarRecord& record : read.avatars) {
    if (record.id.index >= m_others.size()) continue;
    Other& other = m_others[record.id.index];
    if (other.generation != record.id.generation) other = {0, record.id.generation, false};
    other.tick = std::max(other.tick, header->tick);
    if (record.id.index >= m_walkers) {
      m_strangers[record.id.index - m_walkers] = {proto::metres(record.x), proto::metres(record.z)};
    }
  }
  m_arrived.updates += read.avatars.size();
  if (header->own && m_joined) take_own(*header, now);
}

void Walker::take_own(const proto::SnapshotHeader& header, proto::TimeUs now) {
  if (stood.us == 0) {
    stood = now;
    m_truth.joined(m_self.index);
  }
  m_own = header.own->state;
  m_truth.own_state(m_self.index, header.tick, header.own->state);
  const auto waiting = static_cast<int>(m_unacknowledged.size());
  const int done = waiting - proto::sequence_distance(m_newest_input, header.own->acked_input);
  m_unacknowledged.erase(m_unacknowledged.begin(), m_unacknowledged.begin() + std::clamp(done, 0, waiting));
}

void Walker::rest(proto::TimeUs until) {
  m_wish_until = until;
  m_wish.move_x = 0;
  m_wish.move_z = 0;
  m_wish.buttons = 0;
}

void Walker::choose_wish(proto::TimeUs now) {
  m_wish_until = now + proto::milliseconds(1000 + static_cast<std::int64_t>(m_dice() % 3000));
  const double direction_rad = static_cast<double>(m_dice() % 4096) / 4096 * kTurn_rad;
  m_wish.move_x = static_cast<std::int8_t>(std::lround(std::sin(direction_rad) * 127));
  m_wish.move_z = static_cast<std::int8_t>(std::lround(std::cos(direction_rad) * 127));
  m_wish.yaw = static_cast<std::uint16_t>(direction_rad / kTurn_rad * proto::kYawUnitsPerTurn);
  const bool runs = m_dice() % 4 == 0;
  m_wish.buttons = runs ? std::uint8_t{proto::kButtonRun} : std::uint8_t{0};
}

std::vector<std::uint8_t> Walker::next_inputs(proto::TimeUs now) {
  if (now >= m_wish_until) choose_wish(now);
  ++m_newest_input;
  m_unacknowledged.push_back(m_wish);
  if (m_unacknowledged.size() > proto::kInputsPerPacketMax) m_unacknowledged.erase(m_unacknowledged.begin());
  proto::Inputs inputs;
  inputs.ack = m_history.ack();
  inputs.newest = m_newest_input;
  inputs.inputs = m_unacknowledged;
  return proto::encode(inputs);
}

}  // namespace worldbench
