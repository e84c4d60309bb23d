/// Texts that come from other programs: what a node answers, what stands in the notes of the customer chain, and what
/// the worker, which has opened a stranger's upload, tells its parent. What is accepted reads the same once written.
#include <string>
#include <string_view>

#include "assets/worker/pipeline.h"
#include "chain-bridge/customer/chain_note.h"
#include "chain-bridge/eth/types.h"
#include "client-proto/core/check.h"
#include "client-proto/core/money.h"
#include "client-proto/wire/text.h"

namespace {

constexpr std::size_t kDataBytesMax = 1024;

void check_eth(std::string_view text) {
  if (const auto word = chain::Word::parse(text)) GALLERIA_CHECK(chain::Word::parse(word->hex()) == word);
  if (const auto address = chain::Address::parse(text)) {
    GALLERIA_CHECK(chain::Address::parse(address->text()) == address);
  }
  if (const auto bytes = chain::parse_data(text, kDataBytesMax)) {
    GALLERIA_CHECK(bytes->size() <= kDataBytesMax &&
                   chain::parse_data(chain::hex_data(*bytes), kDataBytesMax) == bytes);
  }
  if (const auto number = chain::parse_quantity(text))
    GALLERIA_CHECK(chain::hex_quantity(*number).size() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_eth(text);
  (void)proto::Currency::parse(text);
  (void)proto::is_name(text);
  (void)proto::is_speech(text);
  if (const auto note = chain::parse_note(text)) {
    const auto again = chain::parse_note(chain::to_text(*note));
    GALLERIA_CHECK(again && chain::note_key(*again) == chain::note_key(*note));
  }
  if (const auto job = assets::Job::parse(text)) GALLERIA_CHECK(assets::Job::parse(job->to_json()).has_value());
  if (const auto cooked = assets::parse_answer(text)) {
    GALLERIA_CHECK(assets::parse_answer(assets::answer_json(*cooked)).has_value());
  }
  return 0;
}
