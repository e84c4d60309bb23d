/// What counts as text that one person may show to others: well-formed UTF-8 of a bounded length, without control
/// characters and without the invisible characters that reorder or hide other text. What is said is held to one rule
/// more: so few marks on one letter that no line can climb over its neighbours.
#pragma once

#include <cstddef>
#include <string_view>

namespace proto {

constexpr std::size_t kNameCodePointsMax = 24;
constexpr std::size_t kSpeechCodePointsMax = 160;
/// What one sentence may weigh, so that it fits into one tick of the smallest budget.
constexpr std::size_t kSpeechBytesMax = 320;
/// Accents, vowel signs, joiners and variation selectors behind one letter. Scripts in use stack three.
constexpr std::size_t kMarksPerLetterMax = 3;

/// Empty text is plain.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t code_points_max);

/// Plain, not empty, and no space at either end: what an avatar may be called.
[[nodiscard]] bool is_name(std::string_view text);

/// Plain, not empty, no space at either end, and no letter under a heap of marks: what may be said.
[[nodiscard]] bool is_speech(std::string_view text);

}  // namespace proto
