#include "world-server/world/recording.h"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

#include "world-server/world/mall.h"

namespace world {
namespace {

constexpr std::string_view kMagic = "GALREC04";
constexpr std::uint8_t kBlockTick = 1;
constexpr std::uint8_t kBlockEnd = 2;

// ---- writing -------------------------------------------------------------------------------------------------------

class Writer {
 public:
  explicit Writer(std::vector<std::uint8_t>& out) : m_out(out) {}

  template <class Number>
  void number(Number value) {
    auto rest = static_cast<std::uint64_t>(value);
    for (std::size_t i = 0; i < sizeof(Number); ++i, rest >>= 8U) m_out.push_back(static_cast<std::uint8_t>(rest));
  }
  void real(float value) { number(std::bit_cast<std::uint32_t>(value)); }
  void raw(std::string_view text) { m_out.insert(m_out.end(), text.begin(), text.end()); }
  void text(std::string_view text) {
    number(static_cast<std::uint32_t>(text.size()));
    raw(text);
  }

  void body(const Wearables& message) {
    number(static_cast<std::uint32_t>(message.items.size()));
    for (const Wearable& item : message.items) {
      number(item.variant_id);
      number(static_cast<std::uint8_t>(item.slot));
      text(item.boutique);
      text(item.garment);
    }
  }
  void body(const DisplayBoxes& message) {
    number(static_cast<std::uint32_t>(message.boxes.size()));
    for (const proto::BoxCollider& box : message.boxes) {
      for (const float value : {box.center.x, box.center.y, box.center.z, box.half.x, box.half.y, box.half.z}) {
        real(value);
      }
      real(box.yaw_rad);
    }
  }
  void body(const ClosedBoutiques& message) {
    number(static_cast<std::uint32_t>(message.ids.size()));
    for (const std::string& id : message.ids) text(id);
  }
  void body(const Join& message) {
    text(message.name);
    number(message.look.shape);
    number(message.look.tint);
    number(message.bytes_per_s_max);
    number(message.person);
    number(static_cast<std::uint32_t>(message.bonds.all().size()));
    for (const auto& bond : message.bonds.all()) {
      number(bond.other);
      number(bond.flags);
    }
  }
  void body(const Resume& message) { number(message.bytes_per_s_max); }
  void body(const Inputs& message) {
    number(message.message.newest);
    number(static_cast<std::uint8_t>(message.message.inputs.size()));
    for (const proto::MoveInput& input : message.message.inputs) {
      number(input.buttons);
      number(static_cast<std::uint8_t>(input.move_x));
      number(static_cast<std::uint8_t>(input.move_z));
      number(input.yaw);
    }
  }
  void body(const TryOn& message) { number(message.variant_id); }
  void body(const TakeOff& message) { number(static_cast<std::uint8_t>(message.slot)); }
  void body(const Suspend& /*message*/) {}
  void body(const Leave& /*message*/) {}
  void body(const Wave& message) {
    const AvatarId at = message.at.value_or(AvatarId{});
    number(static_cast<std::uint8_t>(message.at.has_value()));
    number(at.index);
    number(at.generation);
  }
  void body(const Say& message) { number(static_cast<std::uint8_t>(message.lane)); }
  void body(const Emote& message) { number(static_cast<std::uint8_t>(message.kind)); }
  void body(const Relate& message) {
    number(message.person);
    number(message.flags);
  }
  void body(const Party& message) {
    number(static_cast<std::uint8_t>(message.action));
    number(message.other.index);
    number(message.other.generation);
  }
  void body(const Sit& message) { number(message.seat); }
  void body(const Rank& /*message*/) {}
  void body(const Speak& /*message*/) {}
  void body(const Hear& /*message*/) {}

 private:
  std::vector<std::uint8_t>& m_out;
};

// ---- reading -------------------------------------------------------------------------------------------------------

/// Reads numbers; the first failure sticks and everything after it reads as zero.
class Reader {
 public:
  Reader(std::span<const std::uint8_t> bytes, std::size_t at) : m_bytes(bytes), m_at(at) {}

  template <class Number>
  void number(Number& value) {
    std::uint64_t whole = 0;
    if (m_bytes.size() - m_at < sizeof(Number)) fail(RecordingStatus::kTruncated);
    if (!m_failure) {
      for (std::size_t i = 0; i < sizeof(Number); ++i) whole |= std::uint64_t{m_bytes[m_at + i]} << (8 * i);
      m_at += sizeof(Number);
    }
    value = static_cast<Number>(whole);
  }
  void real(float& value) {
    std::uint32_t bits = 0;
    number(bits);
    value = std::bit_cast<float>(bits);
  }
  void text(std::string& value, std::size_t bytes_max) {
    const std::uint32_t size = count(bytes_max, 1);
    value.assign(reinterpret_cast<const char*>(m_bytes.data()) + m_at, size);
    m_at += size;
  }
  /// A count of things that take at least `bytes_each`, so that a forged one cannot ask for memory that the file has
  /// not.
  std::uint32_t count(std::size_t count_max, std::size_t bytes_each) {
    std::uint32_t value = 0;
    number(value);
    if (value > count_max) fail(RecordingStatus::kOutOfRange);
    if (value > (m_bytes.size() - m_at) / bytes_each) fail(RecordingStatus::kTruncated);
    return m_failure ? 0 : value;
  }
  /// One of `choices` values from 0 on, in a byte.
  template <class T>
  T choice(std::size_t choices) {
    std::uint8_t value = 0;
    number(value);
    if (value >= choices) fail(RecordingStatus::kOutOfRange);
    return static_cast<T>(value < choices ? value : 0);
  }
  void slot(Slot& value) { value = choice<Slot>(kSlots); }

  void body(Wearables& message) {
    message.items.resize(count(kRecordedMessagesMax, 13));
    for (Wearable& item : message.items) {
      number(item.variant_id);
      slot(item.slot);
      text(item.boutique, 256);
      text(item.garment, 256);
    }
  }
  void body(DisplayBoxes& message) {
    message.boxes.resize(count(kRecordedMessagesMax, 28));
    for (proto::BoxCollider& box : message.boxes) {
      for (float* value : {&box.center.x, &box.center.y, &box.center.z, &box.half.x, &box.half.y, &box.half.z}) {
        real(*value);
      }
      real(box.yaw_rad);
    }
  }
  void body(ClosedBoutiques& message) {
    message.ids.resize(count(kBoutiquesMax, 4));
    for (std::string& id : message.ids) text(id, kIdBytesMax);
  }
  void body(Join& message) {
    text(message.name, 256);
    number(message.look.shape);
    number(message.look.tint);
    number(message.bytes_per_s_max);
    number(message.person);
    const std::uint32_t bonds = count(kBondsMax, 9);
    for (std::uint32_t i = 0; i < bonds; ++i) {
      Person other = 0;
      std::uint8_t flags = 0;
      number(other);
      number(flags);
      if (flags > kBondFlagsMask) fail(RecordingStatus::kOutOfRange);
      message.bonds.set(other, flags);
    }
  }
  void body(Resume& message) { number(message.bytes_per_s_max); }
  void body(Inputs& message) {
    std::uint8_t size = 0;
    number(message.message.newest);
    number(size);
    if (size > proto::kInputsPerPacketMax) fail(RecordingStatus::kOutOfRange);
    message.message.inputs.resize(m_failure ? 0 : size);
    for (proto::MoveInput& input : message.message.inputs) {
      number(input.buttons);
      number(input.move_x);
      number(input.move_z);
      number(input.yaw);
    }
  }
  void body(TryOn& message) { number(message.variant_id); }
  void body(TakeOff& message) { slot(message.slot); }
  void body(Suspend& /*message*/) {}
  void body(Leave& /*message*/) {}
  void body(Wave& message) {
    AvatarId at;
    const bool directed = choice<bool>(2);
    number(at.index);
    number(at.generation);
    if (directed) message.at = at;
  }
  void body(Say& message) {
    message.lane = choice<proto::SpeechLane>(proto::kSpeechLanes);
    message.text = "...";
  }
  void body(Emote& message) { message.kind = choice<proto::EmoteKind>(proto::kEmoteKinds); }
  void body(Relate& message) {
    number(message.person);
    message.flags = choice<std::uint8_t>(kBondFlagsMask + 1);
  }
  void body(Party& message) {
    message.action = choice<proto::PartyAction>(proto::kPartyActions);
    number(message.other.index);
    number(message.other.generation);
  }
  void body(Sit& message) { number(message.seat); }
  void body(Rank& /*message*/) { fail(RecordingStatus::kBadBlock); }
  void body(Speak& /*message*/) { fail(RecordingStatus::kBadBlock); }
  void body(Hear& /*message*/) { fail(RecordingStatus::kBadBlock); }

  void fail(RecordingStatus status) {
    if (!m_failure) m_failure = status;
  }
  [[nodiscard]] const std::optional<RecordingStatus>& failure() const { return m_failure; }
  [[nodiscard]] std::size_t at() const { return m_at; }

 private:
  std::span<const std::uint8_t> m_bytes;
  std::size_t m_at;
  std::optional<RecordingStatus> m_failure;
};

/// Makes the variant's alternative number `kind`, or fails.
template <class Variant, std::size_t kAt = 0>
Variant alternative(std::size_t kind, Reader& reader) {
  if constexpr (kAt == std::variant_size_v<Variant>) {
    reader.fail(RecordingStatus::kBadBlock);
    return {};
  } else {
    if (kind == kAt) return Variant(std::in_place_index<kAt>);
    return alternative<Variant, kAt + 1>(kind, reader);
  }
}

void read_tick(Reader& reader, RecordedTick& tick) {
  std::uint16_t from_shop = 0;
  reader.number(tick.tick);
  reader.number(from_shop);
  const std::uint32_t from_net = reader.count(kRecordedMessagesMax, 5);
  for (std::uint32_t i = 0; i < from_shop && !reader.failure(); ++i) {
    std::uint8_t kind = 0;
    reader.number(kind);
    tick.from_shop.push_back(alternative<ShopToWorld>(kind, reader));
    std::visit([&reader](auto& message) { reader.body(message); }, tick.from_shop.back());
  }
  for (std::uint32_t i = 0; i < from_net && !reader.failure(); ++i) {
    std::uint8_t kind = 0;
    reader.number(kind);
    tick.from_net.push_back(alternative<NetToWorld>(kind, reader));
    std::visit(
        [&reader](auto& message) {
          reader.number(message.avatar.index);
          reader.number(message.avatar.generation);
          reader.body(message);
        },
        tick.from_net.back());
  }
}

}  // namespace

void record_header(const RecordingHeader& header, std::vector<std::uint8_t>& out) {
  Writer writer(out);
  writer.raw(kMagic);
  writer.number(header.seed);
  writer.number(header.clients_max);
  writer.text(header.mall_json);
}

namespace {

/// Who keeps order, who speaks and who listens changes nothing but what is sent.
bool is_recorded(const NetToWorld& message) {
  return !std::holds_alternative<Rank>(message) && !std::holds_alternative<Speak>(message) &&
         !std::holds_alternative<Hear>(message);
}

}  // namespace

void record_tick(std::uint32_t tick, std::span<const ShopToWorld> from_shop, std::span<const NetToWorld> from_net,
                 std::vector<std::uint8_t>& out) {
  Writer writer(out);
  writer.number(kBlockTick);
  writer.number(tick);
  writer.number(static_cast<std::uint16_t>(from_shop.size()));
  writer.number(static_cast<std::uint32_t>(std::count_if(from_net.begin(), from_net.end(), is_recorded)));
  for (const ShopToWorld& message : from_shop) {
    writer.number(static_cast<std::uint8_t>(message.index()));
    std::visit([&writer](const auto& m) { writer.body(m); }, message);
  }
  for (const NetToWorld& message : from_net) {
    if (!is_recorded(message)) continue;
    writer.number(static_cast<std::uint8_t>(message.index()));
    std::visit(
        [&writer](const auto& m) {
          writer.number(m.avatar.index);
          writer.number(m.avatar.generation);
          writer.body(m);
        },
        message);
  }
}

void record_end(const RecordedEnd& end, std::vector<std::uint8_t>& out) {
  Writer writer(out);
  writer.number(kBlockEnd);
  writer.number(end.tick);
  writer.number(end.state_hash);
}

const char* to_text(RecordingStatus status) {
  switch (status) {
    case RecordingStatus::kNotARecording:
      return "not a recording of this version";
    case RecordingStatus::kTruncated:
      return "ends in the middle";
    case RecordingStatus::kBadBlock:
      return "holds a block that is none, or out of order";
    case RecordingStatus::kOutOfRange:
      return "holds a number beyond its limit";
  }
  return "unknown";
}

proto::Result<RecordingHeader, RecordingStatus> RecordingReader::header() {
  const std::string_view start(reinterpret_cast<const char*>(m_bytes.data()), std::min(m_bytes.size(), kMagic.size()));
  if (start != kMagic) return proto::fail(RecordingStatus::kNotARecording);
  Reader reader(m_bytes, kMagic.size());
  RecordingHeader header;
  reader.number(header.seed);
  reader.number(header.clients_max);
  reader.text(header.mall_json, std::size_t{64} << 20U);
  if (reader.failure()) return proto::fail(*reader.failure());
  m_at = reader.at();
  return header;
}

proto::Result<std::optional<RecordedBlock>, RecordingStatus> RecordingReader::next() {
  if (m_at == m_bytes.size()) return std::optional<RecordedBlock>{};
  Reader reader(m_bytes, m_at);
  std::uint8_t kind = 0;
  reader.number(kind);
  RecordedTick tick;
  RecordedEnd end;
  if (kind == kBlockTick) {
    read_tick(reader, tick);
    if (tick.tick != m_tick + 1) reader.fail(RecordingStatus::kBadBlock);
  } else {
    reader.number(end.tick);
    reader.number(end.state_hash);
    if (kind != kBlockEnd || end.tick != m_tick || reader.at() != m_bytes.size()) {
      reader.fail(RecordingStatus::kBadBlock);
    }
  }
  if (reader.failure()) return proto::fail(*reader.failure());
  m_at = reader.at();
  if (kind == kBlockEnd) return std::optional<RecordedBlock>(end);
  m_tick = tick.tick;
  return std::optional<RecordedBlock>(std::move(tick));
}

}  // namespace world
