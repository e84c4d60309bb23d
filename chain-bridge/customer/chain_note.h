/// One thing that a brand notes on the customer chain: a consent, a reader, a withdrawal, an erasure, or the anchor of
/// a batch. Notes are typed, so that the side that holds the keys never signs a call that somebody else composed.
#pragma once

#include <variant>

#include "chain-bridge/customer/consent_call.h"

namespace chain {

struct GrantNote {
  ConsentGrant grant;
  Bytes signature;
};
struct ReaderNote {
  ReaderGrant grant;
  Bytes signature;
};
struct WithdrawNote {
  Word consent_id;
  Bytes signature;
};
struct ErasedNote {
  Word consent_id;
  Word receipt_hash;
};
struct AnchorNote {
  Word purpose_id;
  Word root;
  std::uint32_t count = 0;
};

using ChainNote = std::variant<GrantNote, ReaderNote, WithdrawNote, ErasedNote, AnchorNote>;

/// "grant", "reader", "withdraw", "erased", "anchor".
[[nodiscard]] std::string_view kind_of(const ChainNote& note);
/// The call to the registry of its kind.
[[nodiscard]] Bytes call_of(const ChainNote& note);
/// Names the note for good: the hash of its call.
[[nodiscard]] Word note_key(const ChainNote& note);

/// As JSON text, for a database of ours, and back; nothing if the text was not made by `to_text`.
[[nodiscard]] std::string to_text(const ChainNote& note);
[[nodiscard]] std::optional<ChainNote> parse_note(const std::string& text);

}  // namespace chain
