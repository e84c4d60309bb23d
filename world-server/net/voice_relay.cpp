#include "world-server/net/voice_relay.h"

#include <utility>

#include "world-server/world/hearing.h"
#include "world-server/world/postage.h"

namespace world::net {

namespace {

static_assert(kVoicePayloadBytesPerSecond <= kVoicePayloadBytesPerSecondMax &&
                  kVoiceFramesPerSecond <= kVoiceFramesPerSecondMax && 1000 / kVoicePauseMs <= kVoiceWritesPerSecondMax,
              "net passes on no more of a voice than the world sets aside");

struct ShareRate {
  double bytes_per_s = 0;
  [[nodiscard]] double burst_bytes() const { return bytes_per_s * kVoiceShareBurstMs / 1000; }
};

ShareRate share_of(Carriage carriage, std::uint32_t voices) {
  return {static_cast<double>(voices_bytes_per_s(carriage, voices))};
}

}  // namespace

// Full at first, and cut down to what the voices allow.
VoiceRelay::Share::Share() {
  const ShareRate most = share_of(Carriage::kDatagrams, kVoicesMax);
  bytes = TokenBucket(most.bytes_per_s, most.burst_bytes());
}

bool VoiceRelay::charge(AvatarId listener, Carriage carriage, std::uint32_t cost_bytes, proto::TimeUs now) {
  Share& share = m_shares[listener.index];
  if (share.voices == 0) return false;
  const ShareRate rate = share_of(carriage, share.voices);
  share.bytes.become(rate.bytes_per_s, rate.burst_bytes());
  return share.bytes.take(now, static_cast<double>(cost_bytes));
}

VoiceRelay::Taken VoiceRelay::take(AvatarId speaker, const proto::Voice& voice, proto::TimeUs now, const Send& send) {
  SpokenFrom& from = m_voices[speaker.index];
  if (!from.bytes.take(now, static_cast<double>(voice.frame.size()))) return Taken::kDropped;
  from.heard = now;
  const auto packet = proto::encode(proto::Voiced{speaker, voice.sequence, voice.starts_spurt, voice.frame});
  if (from.state == State::kRouted) {
    for (const AvatarId listener : from.listeners) send(listener, packet);
    return Taken::kTaken;
  }
  if (from.held.size() < kVoiceHeldMax) from.held.push_back(packet);
  if (from.state == State::kAsking) return Taken::kTaken;
  from.state = State::kAsking;
  from.avatar = speaker;
  m_speaking.push_back(speaker.index);
  return Taken::kFirst;
}

void VoiceRelay::route(const TickOutput& output, const Send& send) {
  for (const std::uint16_t slot : m_hearing) m_shares[slot].voices = 0;
  m_hearing.clear();
  for (const AvatarId listener : output.listeners) {
    if (listener.index < m_shares.size() && m_shares[listener.index].voices++ == 0) m_hearing.push_back(listener.index);
  }
  // Whom the world does not name it has not heard of yet, or no longer.
  for (const std::uint16_t slot : m_speaking) m_voices[slot].listeners.clear();
  for (const VoiceRoute& route : output.voices) {
    SpokenFrom& from = m_voices[route.speaker.index];
    if (from.state == State::kSilent || from.avatar != route.speaker) continue;
    from.state = State::kRouted;
    const auto listeners = output.listeners_of(route);
    from.listeners.assign(listeners.begin(), listeners.end());
    for (const auto& packet : std::exchange(from.held, {})) {
      for (const AvatarId listener : from.listeners) send(listener, packet);
    }
  }
}

std::optional<AvatarId> VoiceRelay::next_silent(proto::TimeUs now) {
  for (std::size_t i = 0; i < m_speaking.size(); ++i) {
    SpokenFrom& from = m_voices[m_speaking[i]];
    if (now - from.heard < proto::milliseconds(kVoiceSilentAfterMs)) continue;
    m_speaking[i] = m_speaking.back();
    m_speaking.pop_back();
    from.state = State::kSilent;
    from.listeners.clear();
    from.held.clear();
    return from.avatar;
  }
  return std::nullopt;
}

}  // namespace world::net
