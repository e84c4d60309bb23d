#include "chain-bridge/customer/chain_note.h"

#include <nlohmann/json.hpp>

#include "chain-bridge/eth/keccak.h"

namespace chain {

using nlohmann::json;

namespace {

constexpr std::size_t kNoteSignatureBytesMax = 1024;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

/// Reads the members of a JSON object; a member that is missing or malformed spoils the whole.
class Members {
 public:
  explicit Members(const json& object) : m_object(object) {}
  [[nodiscard]] bool ok() const { return m_ok; }

  Word word(const char* name) { return given(Word::parse(text(name))); }
  Bytes bytes(const char* name) { return given(parse_data(text(name), kNoteSignatureBytesMax)); }
  std::uint64_t number(const char* name) {
    const auto found = m_object.find(name);
    if (found != m_object.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    m_ok = false;
    return 0;
  }
  std::string text(const char* name) {
    const auto found = m_object.find(name);
    if (found != m_object.end() && found->is_string()) return found->get<std::string>();
    m_ok = false;
    return {};
  }

 private:
  template <class T>
  T given(std::optional<T> value) {
    m_ok = m_ok && value.has_value();
    return value.value_or(T{});
  }
  const json& m_object;
  bool m_ok = true;
};

json json_of(const GrantNote& note) {
  return {{"consent", note.grant.consent_id.hex()},    {"brand", note.grant.brand_id.hex()},
          {"purpose", note.grant.purpose_id.hex()},    {"not_after_s", note.grant.not_after_s},
          {"commitment", note.grant.commitment.hex()}, {"signature", hex_data(note.signature)}};
}
json json_of(const ReaderNote& note) {
  return {{"consent", note.grant.consent_id.hex()},
          {"reader", note.grant.reader_id.hex()},
          {"not_after_s", note.grant.not_after_s},
          {"sequence", note.grant.sequence},
          {"signature", hex_data(note.signature)}};
}
json json_of(const WithdrawNote& note) {
  return {{"consent", note.consent_id.hex()}, {"signature", hex_data(note.signature)}};
}
json json_of(const ErasedNote& note) {
  return {{"consent", note.consent_id.hex()}, {"receipt", note.receipt_hash.hex()}};
}
json json_of(const AnchorNote& note) {
  return {{"purpose", note.purpose_id.hex()}, {"root", note.root.hex()}, {"count", note.count}};
}

std::optional<ChainNote> read_note(const std::string& kind, Members& in) {
  if (kind == "grant") {
    return GrantNote{
        {in.word("consent"), in.word("brand"), in.word("purpose"), in.number("not_after_s"), in.word("commitment")},
        in.bytes("signature")};
  }
  if (kind == "reader") {
    return ReaderNote{{in.word("consent"), in.word("reader"), in.number("not_after_s"), in.number("sequence")},
                      in.bytes("signature")};
  }
  if (kind == "withdraw") return WithdrawNote{in.word("consent"), in.bytes("signature")};
  if (kind == "erased") return ErasedNote{in.word("consent"), in.word("receipt")};
  if (kind == "anchor")
    return AnchorNote{in.word("purpose"), in.word("root"), static_cast<std::uint32_t>(in.number("count"))};
  return std::nullopt;
}

}  // namespace

std::string_view kind_of(const ChainNote& note) {
  constexpr std::array<std::string_view, std::variant_size_v<ChainNote>> kNames{"grant", "reader", "withdraw", "erased",
                                                                                "anchor"};
  return kNames[note.index()];
}

Bytes call_of(const ChainNote& note) {
  return std::visit(Overloaded{[](const GrantNote& n) { return grant_call(n.grant, n.signature); },
                               [](const ReaderNote& n) { return reader_call(n.grant, n.signature); },
                               [](const WithdrawNote& n) { return withdraw_call(n.consent_id, n.signature); },
                               [](const ErasedNote& n) { return erased_call(n.consent_id, n.receipt_hash); },
                               [](const AnchorNote& n) { return anchor_call(n.purpose_id, n.root, n.count); }},
                    note);
}

Word note_key(const ChainNote& note) { return keccak256(call_of(note)); }

std::string to_text(const ChainNote& note) {
  json text = std::visit([](const auto& n) { return json_of(n); }, note);
  text["kind"] = kind_of(note);
  return text.dump();
}

std::optional<ChainNote> parse_note(const std::string& text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  Members members(object);
  auto note = read_note(members.text("kind"), members);
  return members.ok() ? std::move(note) : std::nullopt;
}

}  // namespace chain
