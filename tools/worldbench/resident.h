/// Somebody who lives in the furnished hall: walks about like any walker, and meanwhile talks in words and aloud,
/// waves, makes gestures, sits down for a while, tries things on and gives them back, goes together with others, and
/// does not want to hear or see some. What it does follows from its seed and from what it is told; what came of it is
/// counted by what the server said, so that a day on which nothing happened does not look like a quiet one.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "client-proto/wire/social.h"
#include "tools/loadbot/shopper.h"
#include "tools/worldbench/talk.h"
#include "tools/worldbench/truth.h"
#include "tools/worldbench/walker.h"

namespace worldbench {

/// What came of what people did, each time as it was told by the server.
enum class Deed : std::uint8_t {
  kSaid,        ///< own words came back
  kHeard,       ///< somebody else's words came
  kWaved,       ///< own wave was seen
  kGestured,    ///< own gesture was seen
  kSat,         ///< sits
  kStoodUp,     ///< and stands again
  kWore,        ///< one garment more
  kGaveBack,    ///< one less
  kVoices,      ///< frames of somebody's voice came
  kInvited,     ///< into a party
  kJoined,      ///< a party
  kLeft,        ///< it
  kBlocked,     ///< somebody, who is out of sight since
  kReconciled,  ///< blocked no longer, and in sight again
  kResumed,     ///< came back as the same avatar after the connection was lost
};
constexpr std::size_t kDeeds = 15;
constexpr std::array<const char*, kDeeds> kDeedNames{
    "said",         "heard",   "waved",        "gestured",   "sat",     "stood_up",   "wore",   "gave_back",
    "voice_frames", "invited", "joined_party", "left_party", "blocked", "reconciled", "resumed"};
using Tally = std::array<std::uint64_t, kDeeds>;

/// Who speaks aloud now. People let each other finish: nobody begins while somebody near speaks.
class Floor {
 public:
  explicit Floor(const Truth& truth) : m_truth(truth) {}
  [[nodiscard]] bool take(std::uint16_t index);
  void yield(std::uint16_t index) { std::erase(m_speaking, index); }

 private:
  const Truth& m_truth;
  std::vector<std::uint16_t> m_speaking;
};

class Resident {
 public:
  /// All of these outlive it.
  Resident(unsigned seed, const loadbot::Market& market, Floor& floor, Truth& truth, Tally& tally);
  ~Resident();
  Resident(const Resident&) = delete;
  Resident& operator=(const Resident&) = delete;

  /// As Walker::enter, with a ticket or, once it has been in, with the one that lets the same avatar in again.
  [[nodiscard]] bool enter(const Guest& guest, loadbot::WebClients* over, const ServerAddress& server);
  [[nodiscard]] bool come_back(loadbot::WebClients* over, const ServerAddress& server);
  /// The connection breaks off without a word. Over WebSocket it takes until `walker().web.closed`.
  void drop();
  void live(proto::TimeUs now);

  [[nodiscard]] Walker& walker() { return *m_walker; }
  [[nodiscard]] bool can_come_back() const { return m_resume.has_value(); }
  /// False when it came back and found itself somebody else.
  [[nodiscard]] bool is_itself() const { return m_is_itself; }

 private:
  void begin(const Guest& guest);
  void hear_of(proto::Opcode opcode, std::span<const std::uint8_t> packet);
  void take_welcome(const proto::Welcome& welcome);
  void take_event(const proto::Event& event);
  void take_appearance(const proto::Appearance& seen);
  void take_gone(proto::AvatarId avatar);
  void take_party(const proto::PartyState& state);
  void notice_seat();

  void do_something(proto::TimeUs now);
  void say();
  void wave();
  void sit(proto::TimeUs now);
  void dress();
  void relate();
  void go_together();
  void speak(proto::TimeUs now);
  void fall_silent();

  [[nodiscard]] std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(m_dice() % bound); }
  [[nodiscard]] std::optional<proto::AvatarId> somebody();
  template <class M>
  void send(const M& message) {
    m_walker->send(proto::Lane::kReliable, proto::encode(message));
  }
  void count(Deed deed) { ++m_tally[static_cast<std::size_t>(deed)]; }

  std::mt19937 m_dice;
  const loadbot::Market& m_market;
  Floor& m_floor;
  Truth& m_truth;
  Tally& m_tally;
  std::unique_ptr<Walker> m_walker;
  Guest m_guest;  ///< as it came in last
  std::optional<proto::Ticket> m_resume;
  proto::AvatarId m_self;
  bool m_has_been_in = false;
  bool m_is_itself = true;

  std::vector<proto::AvatarId> m_around;  ///< who was introduced
  std::optional<proto::AvatarId> m_blocked;
  bool m_saw_blocked_go = false;
  bool m_wants_peace = false;  ///< has taken the block back
  std::array<std::uint32_t, proto::kSlots> m_worn{};
  std::vector<proto::AvatarId> m_party;  ///< without itself
  bool m_sits = false;
  bool m_asked_to_hear = false;
  proto::TimeUs m_next_deed;

  Talker m_talker;
  bool m_speaks = false;
  proto::TimeUs m_speech_until;
  proto::TimeUs m_next_speech;
};

}  // namespace worldbench
