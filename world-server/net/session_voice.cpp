/// Voice, as far as net has a part in it: it passes frames on to whom the world has named.
#include "world-server/net/session.h"

namespace world::net {

using proto::GoodbyeReason;

/// [11][sequence 16][starts spurt 1][size 8][frame]
void Sessions::on_voice(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::Voice>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  ++m_counters.voice_frames_in;
  switch (m_voices.take(*session.avatar, message.value(), now, voice_sender(now))) {
    case VoiceRelay::Taken::kDropped:
      ++m_counters.of(session.link->kind()).refused;
      break;
    case VoiceRelay::Taken::kFirst:
      tell_world(Speak{*session.avatar, true});
      break;
    case VoiceRelay::Taken::kTaken:
      break;
  }
}

/// [15][hear 1]
void Sessions::on_voice_settings(Session& session, std::span<const std::uint8_t> packet, proto::TimeUs now) {
  const auto message = proto::decode<proto::VoiceSettings>(packet);
  if (!message) return say_goodbye(session, GoodbyeReason::kBadMessage, false, now);
  tell_world(Hear{*session.avatar, message.value().hear});
}

VoiceRelay::Send Sessions::voice_sender(proto::TimeUs now) {
  return [this, now](AvatarId listener, std::span<const std::uint8_t> packet) {
    const AvatarSlot* slot = slot_of(listener);
    Session* session = slot != nullptr && slot->session ? find(*slot->session) : nullptr;
    if (session == nullptr || session->state != SessionState::kJoined) return;
    Link& link = *session->link;
    if (!m_voices.charge(listener, carriage_of(link.kind()), link.voice_cost_bytes(packet.size()), now)) {
      ++m_counters.of(link.kind()).voices_dropped;
      return;
    }
    link.send_voice(packet, now);
    ++m_counters.voice_frames_out;
  };
}

void Sessions::tell_who_is_silent(proto::TimeUs now) {
  while (const auto avatar = m_voices.next_silent(now)) tell_world(Speak{*avatar, false});
}

}  // namespace world::net
