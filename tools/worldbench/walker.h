/// One client of the world bench: keeps what it needs to acknowledge, walks at random, and counts. It draws nothing and
/// predicts nothing, so that thousands fit on one core; the protocol it speaks is the real one. Readers decode
/// everything and keep it; the others look at each snapshot's header, acknowledge it and count its bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "client-proto/native/link.h"
#include "client-proto/wire/messages.h"
#include "client-proto/wire/snapshot.h"
#include "tools/loadbot/web_client.h"
#include "tools/worldbench/porter.h"
#include "tools/worldbench/talk.h"
#include "tools/worldbench/truth.h"

namespace worldbench {

/// What has arrived, in all or since the last look.
struct Arrived {
  std::uint64_t payload_bytes = 0;
  std::uint64_t wire_bytes = 0;
  std::uint64_t updates = 0;
  std::uint64_t unreadable = 0;
};

/// Where the server is, and how its doors are used.
struct ServerAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8080;  ///< TCP
  bool tls = false;

  [[nodiscard]] std::string url() const { return (tls ? "https://" : "http://") + host + ":" + std::to_string(port); }
};

class Walker {
 public:
  /// `strangers`: how many others than walkers the hall may hold, whom a reader remembers too.
  Walker(unsigned seed, std::size_t walkers, bool reads, Truth& truth, std::size_t strangers = 0)
      : m_dice(seed),
        m_reads(reads),
        m_walkers(walkers),
        m_others(reads ? walkers + strangers : 0),
        m_strangers(reads ? strangers : 0),
        m_truth(truth) {}

  /// At most one of the two carries the walker.
  std::unique_ptr<proto::NativeLink> link;
  loadbot::WebClient web;

  /// Begins its way in, over WebSocket if there are web clients. False: no connection can be made.
  [[nodiscard]] bool enter(const Guest& guest, loadbot::WebClients* over, const ServerAddress& server);
  /// Sends the next input if it is due; serves a link from which nothing has come for a while.
  void live(proto::TimeUs now);
  /// Takes what came over the link.
  void serve(proto::TimeUs now);
  void take(std::span<const std::uint8_t> packet, proto::TimeUs now);

  [[nodiscard]] bool reads() const { return m_reads; }
  [[nodiscard]] bool joined() const { return m_joined; }
  [[nodiscard]] bool ended() const;
  [[nodiscard]] bool told_to_go() const { return m_left; }
  [[nodiscard]] std::uint16_t index() const { return m_self.index; }
  /// The tick of the newest state that was told of the avatar with this index; 0 when there is none to draw.
  [[nodiscard]] std::uint32_t told_tick(std::uint16_t other) const {
    return m_others[other].introduced ? m_others[other].tick : 0;
  }
  /// Where it was told last that somebody with an avatar's index behind the walkers' is.
  struct Place {
    float x = 0, z = 0;
  };
  [[nodiscard]] const std::vector<Place>& strangers() const { return m_strangers; }
  [[nodiscard]] Arrived arrived() const;

  /// Stands still until then instead of walking on.
  void rest(proto::TimeUs until);
  void send(proto::Lane lane, std::vector<std::uint8_t> packet);
  /// As it was told last.
  [[nodiscard]] const proto::MoveState& own() const { return m_own; }
  /// Called for everything that comes on the reliable lane, and for voices, after the walker has taken its part of it.
  std::function<void(proto::Opcode, std::span<const std::uint8_t>)> on_news;

  /// Wants to hear, and speaks all the time or never; before it enters.
  void join_talk(Hearsay& all, bool speaks);

  proto::TimeUs asked;  ///< when its way in began
  proto::TimeUs stood;  ///< when it first knew where it stands

 private:
  struct Other {
    std::uint32_t tick = 0;
    std::uint16_t generation = 0;
    bool introduced = false;
  };
  void take_snapshot(std::span<const std::uint8_t> packet, proto::TimeUs now);
  void take_own(const proto::SnapshotHeader& header, proto::TimeUs now);
  void choose_wish(proto::TimeUs now);
  /// The next input, with those that are not acknowledged yet and the acknowledgement of what came.
  [[nodiscard]] std::vector<std::uint8_t> next_inputs(proto::TimeUs now);

  std::vector<std::uint8_t> m_hello;  ///< until it is sent, over ENet
  proto::TimeUs m_next_step;          ///< when its next input is due
  proto::TimeUs m_served;             ///< when the link was last
  void talk(proto::TimeUs now);
  std::unique_ptr<Talker> m_talker;  ///< null: neither speaks nor hears
  Hearsay* m_hearsay = nullptr;      ///< set with it
  bool m_speaks = false;
  bool m_asked_to_hear = false;

  std::mt19937 m_dice;
  bool m_reads;
  std::size_t m_walkers;
  std::vector<Other> m_others;     ///< by index
  std::vector<Place> m_strangers;  ///< by index less the number of walkers
  Truth& m_truth;
  proto::AvatarId m_self;
  proto::MoveState m_own;
  bool m_joined = false;
  bool m_left = false;
  proto::SnapshotHistory m_history;
  proto::MoveInput m_wish;
  proto::TimeUs m_wish_until;
  std::uint16_t m_newest_input = 0;
  std::vector<proto::MoveInput> m_unacknowledged;
  Arrived m_arrived;
};

}  // namespace worldbench
