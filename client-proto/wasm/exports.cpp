/// The brain as plain C functions over linear memory, for JavaScript. README.md in this folder is their reference;
/// every word of the tables below is described there.
#include <bit>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "client-proto/brain/brain.h"
#include "client-proto/move/walk_check.h"

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

namespace {

using namespace proto;

constexpr std::size_t kHeaderWords = 24;
constexpr std::uint32_t kNoReason = 0xffffffffU;

/// A brain and the memory of the tables that were handed out last.
struct Handle {
  Brain brain;
  std::vector<std::uint32_t> header;
  std::vector<std::uint32_t> avatars, props, appearances, gone, events;
  std::vector<std::uint32_t> said, party, social;
  std::vector<std::uint32_t> statistics;
  std::vector<std::uint32_t> voices;
  std::vector<std::uint8_t> outgoing;
};

TimeUs at(double now_us) { return {static_cast<std::int64_t>(now_us)}; }
std::uint32_t word(float value) { return std::bit_cast<std::uint32_t>(value); }
std::uint32_t pointer(const void* address) {
  return static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(address));
}

void put(std::vector<std::uint32_t>& out, Vec3 value) {
  out.insert(out.end(), {word(value.x), word(value.y), word(value.z)});
}

void put_table(std::vector<std::uint32_t>& header, const std::vector<std::uint32_t>& table, std::size_t rows) {
  header.push_back(static_cast<std::uint32_t>(rows));
  header.push_back(pointer(table.data()));
}

void fill_tables(Handle& handle, const Frame& frame) {
  handle.avatars.clear();
  for (const AvatarPose& avatar : frame.avatars) {
    handle.avatars.push_back(avatar.id.packed());
    put(handle.avatars, avatar.pose.position);
    handle.avatars.insert(handle.avatars.end(), {word(avatar.pose.yaw_rad), word(avatar.pose.speed_mps),
                                                 std::uint32_t{avatar.pose.flags}, word(avatar.staleness_s)});
  }
  handle.props.clear();
  for (const PropPose& prop : frame.props) {
    handle.props.push_back(prop.index);
    put(handle.props, prop.pose.position);
    for (const float part : prop.pose.rotation) handle.props.push_back(word(part));
  }
  handle.appearances.clear();
  for (const Appearance& a : frame.appearances) {
    handle.appearances.insert(handle.appearances.end(), {a.avatar.packed(), a.version, a.shape, a.tint,
                                                         (a.staff ? 1U : 0U) | (a.keeps_order ? 2U : 0U)});
    handle.appearances.insert(handle.appearances.end(), a.outfit.begin(), a.outfit.end());
    handle.appearances.push_back(static_cast<std::uint32_t>(a.name.size()));
    handle.appearances.push_back(pointer(a.name.data()));
  }
  handle.gone.clear();
  for (const AvatarId id : frame.gone) handle.gone.push_back(id.packed());
  handle.events.clear();
  for (const Event& event : frame.events) {
    handle.events.insert(handle.events.end(),
                         {static_cast<std::uint32_t>(event.kind), event.avatar.packed(), event.value, event.tick});
  }
}

std::uint32_t metres(std::int16_t value) { return word(static_cast<float>(value)); }

void fill_social(Handle& handle, const Frame& frame) {
  const auto put_text = [](std::vector<std::uint32_t>& out, const std::string& text) {
    out.insert(out.end(), {static_cast<std::uint32_t>(text.size()), pointer(text.data())});
  };
  handle.said.clear();
  for (const Said& said : frame.said) {
    handle.said.insert(handle.said.end(), {said.avatar.packed(), static_cast<std::uint32_t>(said.lane), said.tick});
    put_text(handle.said, said.text);
  }
  handle.party.clear();
  for (const PartyMember& m : frame.party) {
    handle.party.insert(handle.party.end(),
                        {m.avatar.packed(), m.here ? 1U : 0U, m.place, metres(m.x_m), metres(m.y_m), metres(m.z_m)});
    put_text(handle.party, m.name);
  }
  handle.social.clear();
  put_table(handle.social, handle.said, frame.said.size());
  put_table(handle.social, handle.party, frame.party.size());
  const QueuePlace queue = frame.queue.value_or(QueuePlace{});
  handle.social.insert(handle.social.end(), {frame.party_changed ? 1U : 0U, frame.queue ? 1U : 0U, queue.place,
                                             queue.waiting, queue.estimate_s});
}

void fill_header(Handle& handle, const Frame& frame) {
  const std::optional<Goodbye>& goodbye = handle.brain.goodbye();
  std::vector<std::uint32_t>& header = handle.header;
  header.assign({static_cast<std::uint32_t>(handle.brain.state()),
                 goodbye ? static_cast<std::uint32_t>(goodbye->reason) : kNoReason,
                 goodbye && goodbye->retryable ? 1U : 0U, goodbye ? std::uint32_t{goodbye->retry_after_ms} : 0U});
  put_table(header, handle.avatars, frame.avatars.size());
  put_table(header, handle.props, frame.props.size());
  put_table(header, handle.appearances, frame.appearances.size());
  put_table(header, handle.gone, frame.gone.size());
  put_table(header, handle.events, frame.events.size());
  const OwnPose own = frame.own.value_or(OwnPose{});
  header.push_back(handle.brain.self().packed());
  put(header, own.position);
  header.insert(header.end(), {word(own.yaw_rad), word(own.speed_mps),
                               (own.grounded ? 1U : 0U) | (own.seated ? 2U : 0U), frame.own.has_value() ? 1U : 0U});
  header.insert(header.end(),
                {static_cast<std::uint32_t>(frame.closed), static_cast<std::uint32_t>(frame.closed >> 32U)});
  GALLERIA_CHECK(header.size() == kHeaderWords);
}

}  // namespace

namespace proto {
/// In the browser a broken assumption traps; there is nowhere to print to.
void check_failed(const char* /*expression*/, const char* /*file*/, int /*line*/) { __builtin_trap(); }
}  // namespace proto

EXPORT(brain_create) Handle* brain_create() { return new Handle; }
EXPORT(brain_destroy) void brain_destroy(Handle* handle) { delete handle; }
EXPORT(brain_alloc) void* brain_alloc(std::uint32_t size) { return std::malloc(size); }
EXPORT(brain_free) void brain_free(void* memory) { std::free(memory); }

EXPORT(brain_load_collision)
std::uint32_t brain_load_collision(Handle* handle, const std::uint8_t* bytes, std::uint32_t size) {
  const auto status = handle->brain.load_collision({bytes, size});
  return status ? 0 : 1 + static_cast<std::uint32_t>(status.error());
}

EXPORT(brain_collision_matches) std::uint32_t brain_collision_matches(Handle* handle) {
  const std::optional<bool> matches = handle->brain.collision_matches();
  return !matches ? 0 : *matches ? 1 : 2;
}

EXPORT(brain_hello) std::uint32_t brain_hello(Handle* handle, const std::uint8_t* bytes, double /*now_us*/) {
  Ticket ticket;
  for (std::size_t i = 0; i < ticket.id.size(); ++i) ticket.id[i] = bytes[i];
  for (std::size_t i = 0; i < ticket.secret.size(); ++i) ticket.secret[i] = bytes[ticket.id.size() + i];
  handle->brain.hello(ticket);
  return 0;
}

EXPORT(brain_resume) std::uint32_t brain_resume(Handle* handle, double /*now_us*/) {
  const std::optional<Ticket> ticket = handle->brain.take_resume_ticket();
  if (!ticket) return 1;
  handle->brain.hello(*ticket);
  return 0;
}

EXPORT(brain_on_bundle)
std::uint32_t brain_on_bundle(Handle* handle, const std::uint8_t* bytes, std::uint32_t size, double now_us) {
  const WireStatus status = handle->brain.on_bundle({bytes, size}, at(now_us));
  return status == WireStatus::kOk ? 0 : 1 + static_cast<std::uint32_t>(status);
}

EXPORT(brain_on_closed) void brain_on_closed(Handle* handle, double /*now_us*/) { handle->brain.on_closed(); }

EXPORT(brain_input)
void brain_input(Handle* handle, std::uint32_t buttons, float move_x, float move_z, float yaw_rad, double now_us) {
  handle->brain.input({static_cast<std::uint8_t>(buttons), move_x, move_z, yaw_rad}, at(now_us));
}

EXPORT(brain_wave) std::uint32_t brain_wave(Handle* handle) { return handle->brain.wave() ? 0 : 1; }
EXPORT(brain_wave_at) std::uint32_t brain_wave_at(Handle* handle, std::uint32_t avatar) {
  return handle->brain.wave_at(AvatarId::unpack(avatar)) ? 0 : 1;
}
EXPORT(brain_say)
std::uint32_t brain_say(Handle* handle, std::uint32_t lane, const char* text, std::uint32_t size) {
  return lane < kSpeechLanes && handle->brain.say(static_cast<SpeechLane>(lane), {text, size}) ? 0 : 1;
}
EXPORT(brain_emote) std::uint32_t brain_emote(Handle* handle, std::uint32_t kind) {
  return kind < kEmoteKinds && handle->brain.emote(static_cast<EmoteKind>(kind)) ? 0 : 1;
}
EXPORT(brain_relate) std::uint32_t brain_relate(Handle* handle, std::uint32_t avatar, std::uint32_t action) {
  if (action >= kRelateActions) return 1;
  return handle->brain.relate(AvatarId::unpack(avatar), static_cast<RelateAction>(action)) ? 0 : 1;
}
EXPORT(brain_moderate)
std::uint32_t brain_moderate(Handle* handle, std::uint32_t avatar, std::uint32_t action, std::uint32_t minutes) {
  if (action >= kModerateActions) return 1;
  return handle->brain.moderate(AvatarId::unpack(avatar), static_cast<ModerateAction>(action), minutes) ? 0 : 1;
}
EXPORT(brain_party) std::uint32_t brain_party(Handle* handle, std::uint32_t action, std::uint32_t avatar) {
  if (action >= kPartyActions) return 1;
  return handle->brain.party(static_cast<PartyAction>(action), AvatarId::unpack(avatar)) ? 0 : 1;
}
EXPORT(brain_try_on) std::uint32_t brain_try_on(Handle* handle, std::uint32_t variant_id) {
  return handle->brain.try_on(variant_id) ? 0 : 1;
}
EXPORT(brain_take_off) std::uint32_t brain_take_off(Handle* handle, std::uint32_t slot) {
  return handle->brain.take_off(static_cast<int>(slot)) ? 0 : 1;
}
EXPORT(brain_sit) std::uint32_t brain_sit(Handle* handle, std::uint32_t seat) {
  return handle->brain.sit(seat) ? 0 : 1;
}

EXPORT(brain_poll) const std::uint8_t* brain_poll(Handle* handle, double now_us) {
  const std::optional<OutgoingMessage> message = handle->brain.poll(at(now_us));
  if (!message) return nullptr;
  const auto size = static_cast<std::uint32_t>(message->packet.size());
  handle->outgoing.clear();
  for (const std::uint32_t value : {static_cast<std::uint32_t>(message->lane), size}) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      handle->outgoing.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  handle->outgoing.insert(handle->outgoing.end(), message->packet.begin(), message->packet.end());
  return handle->outgoing.data();
}

EXPORT(brain_frame) const std::uint32_t* brain_frame(Handle* handle, double now_us) {
  const Frame& frame = handle->brain.frame(at(now_us));
  fill_tables(*handle, frame);
  fill_social(*handle, frame);
  fill_header(*handle, frame);
  return handle->header.data();
}

EXPORT(brain_social) const std::uint32_t* brain_social(Handle* handle) { return handle->social.data(); }

EXPORT(brain_ray)
float brain_ray(Handle* handle, float x, float y, float z, float dx, float dy, float dz, float reach_m) {
  const CollisionWorld* world = handle->brain.collision();
  if (world == nullptr) return -1;
  const RayHit hit = world->ray({x, y, z}, {dx, dy, dz}, reach_m);
  return hit.hit ? hit.distance_m : -1;
}

EXPORT(brain_statistics) const std::uint32_t* brain_statistics(Handle* handle) {
  const BrainStatistics s = handle->brain.statistics();
  handle->statistics.assign({word(static_cast<float>(s.round_trip_ms)), word(static_cast<float>(s.jitter_ms)),
                             word(static_cast<float>(s.delay_ms)), s.snapshots, s.snapshots_lost,
                             static_cast<std::uint32_t>(s.bytes_received), s.corrections, word(s.correction_max_m),
                             s.inputs_waiting, word(static_cast<float>(s.render_tick)), s.messages_refused});
  return handle->statistics.data();
}

EXPORT(brain_hear) void brain_hear(Handle* handle, std::uint32_t wanted) { (void)handle->brain.hear(wanted != 0); }

EXPORT(brain_speak)
std::uint32_t brain_speak(Handle* handle, const std::uint8_t* frame, std::uint32_t size, std::uint32_t starts_spurt,
                          double now_us) {
  return handle->brain.speak({frame, size}, starts_spurt != 0, at(now_us)) ? 0 : 1;
}

EXPORT(brain_voices) const std::uint32_t* brain_voices(Handle* handle, double now_us) {
  const TimeUs now = at(now_us);
  const std::vector<VoiceToPlay>& pieces = handle->brain.voices().play(now);
  handle->voices.assign({static_cast<std::uint32_t>(pieces.size())});
  for (const auto& [avatar, piece] : pieces) {
    handle->voices.insert(
        handle->voices.end(),
        {avatar.packed(), static_cast<std::uint32_t>((piece.play_at - now).us), piece.starts_spurt ? 1U : 0U,
         static_cast<std::uint32_t>(piece.frame.size()), pointer(piece.frame.data())});
  }
  return handle->voices.data();
}

/// The self-check of the movement rule (move/walk_check.h); the halves of its hash one after the other.
EXPORT(brain_walk_hash) std::uint32_t brain_walk_hash(std::uint32_t seed, std::uint32_t steps, std::uint32_t half) {
  const std::uint64_t hash = walk_hash(seed, static_cast<int>(steps));
  return static_cast<std::uint32_t>(half == 0 ? hash : hash >> 32U);
}
