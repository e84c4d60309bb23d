/// Every limit of the net thread, in one place, so that a reader sees what a stranger can cost us at most.
#pragma once

#include <cstddef>
#include <cstdint>

namespace world::net {

// HTTP.
constexpr std::size_t kHeaderBlockMaxBytes = std::size_t{8} * 1024;
constexpr std::size_t kHeaderValueMaxBytes = std::size_t{4} * 1024;
constexpr std::size_t kPathMaxBytes = 1024;
constexpr std::size_t kQueryMaxBytes = 2048;
constexpr std::size_t kQueryPartsMax = 64;
constexpr std::size_t kBodyMaxBytes = std::size_t{64} * 1024;           ///< kept in memory
constexpr std::size_t kUploadMaxBytes = std::size_t{64} * 1024 * 1024;  ///< spooled to a file
constexpr std::size_t kUploadsAtOnceMax = 16;
constexpr std::size_t kUploadsPerAddressMax = 2;  ///< of these, so that one slow sender locks out nobody
constexpr std::size_t kReplyChunkBytes = std::size_t{16} * 1024;
constexpr std::size_t kShopQueueMax = 256;
constexpr std::size_t kReplyQueueMax = 512;
constexpr std::int64_t kHeadersTimeoutMs = 10'000;  ///< from the first byte to the end of the headers
constexpr std::int64_t kBodyTimeoutMs = 20'000;     ///< for a body that is kept in memory
constexpr std::int64_t kUploadTimeoutMs = 120'000;
constexpr std::int64_t kShopReplyTimeoutMs = 15'000;
constexpr std::int64_t kReplyStallTimeoutMs = 30'000;  ///< a reader that takes no byte for this long is closed
constexpr int kKeepAliveIdleS = 20;
constexpr int kCloseGraceS = 3;  ///< for a last message to leave before the connection is cut

// Connections and requests of one address.
constexpr std::uint32_t kConnectionsPerAddressMax = 64;
constexpr double kConnectsPerSecond = 20.0;
constexpr double kConnectsBurst = 100.0;
constexpr double kAllConnectsPerSecond = 2000.0;    ///< of all addresses together: each costs some 100 microseconds,
constexpr double kAllConnectsBurst = 200.0;         ///< during which nobody else is served
constexpr double kAllTlsConnectsPerSecond = 250.0;  ///< the same with TLS: a handshake costs about a millisecond
constexpr double kAllTlsConnectsBurst = 100.0;
constexpr double kKeptForNewcomers = 0.5;           ///< of these bursts, for who has not used up the next two
constexpr double kCalmConnectsPerSecond = 0.1;      ///< connections of one address that ask nothing ...
constexpr double kCalmConnectsBurst = 8.0;          ///< ... beyond which it gets none of what is kept
constexpr std::size_t kRefusalsPerRoundMax = 1024;  ///< connections that are turned away in one round of the loop
constexpr double kRequestsPerSecond = 50.0;
constexpr double kRequestsBurst = 400.0;
constexpr std::size_t kAddressesMax = 65'536;  ///< remembered at once; beyond that strangers share one bucket
constexpr unsigned kDescriptorsMax = 8192;
constexpr unsigned short kHeaderPoolMax = 1024;
/// HTTP connections, of all addresses together, of which it is the peer's turn: to ask, to send a body, to take an
/// answer. With one more, one of them is closed (shared_places.h). Fewer than the header pool has places, so that
/// whoever speaks finds one. Those who take an answer are safe from those who only ask, as long as they are not more
/// than half.
constexpr std::size_t kIdleConnectionsMax = 768;
constexpr std::size_t kReadersMax = kIdleConnectionsMax / 2;
constexpr std::size_t kIdleConnectionsFair = 8;  ///< of one address: as many as a browser opens, and some more
constexpr std::uint16_t kPingAfterS = 20;        ///< a silent WebSocket is asked whether it lives ...
constexpr std::uint16_t kPongWithinS = 40;       ///< ... and closed this long after the silence began

// Sessions.
constexpr std::int64_t kGreetTimeoutMs = 5'000;     ///< from the connection to a valid Hello
constexpr std::int64_t kResumeWindowMs = 30'000;    ///< how long an avatar waits for its lost shopper
constexpr std::int64_t kSilenceTimeoutMs = 90'000;  ///< a joined client that sends nothing for this long is sent away
constexpr std::int64_t kSlotRestMs = 150;         ///< before a freed slot is used again: the world needs a tick between
constexpr std::size_t kWorldQueueReserve = 8192;  ///< room that inputs leave for joins and leaves
constexpr std::size_t kWorldQueueMax = 65'536;
constexpr std::size_t kOutputQueueMax = 8;  ///< ticks that may wait for the net thread
constexpr std::size_t kMessageMaxBytes = 2048;
constexpr std::size_t kReliableRingMaxBytes = std::size_t{256} * 1024;
constexpr std::size_t kReliableRingMaxMessages = 1024;
constexpr std::size_t kWebSocketFrameMaxBytes = 4096;  ///< towards us
constexpr std::size_t kReliablePerFrameMaxBytes = std::size_t{16} * 1024;
constexpr std::size_t kFrameWriteMaxBytes = std::size_t{64} * 1024;  ///< any of our frames, so that it is one write
constexpr int kUnsentMaxBytes = 16 * 1024;     ///< what the kernel takes of a WebSocket before it has sent what it has
constexpr std::size_t kStatesPerTickMax = 32;  ///< messages of one tick to one client
constexpr double kRateRefusalsPerS = 2.0;      ///< messages over their rate that are forgiven ...
constexpr double kRateRefusalsBurst = 60.0;    ///< ... before the sender counts as flooding
/// Connections without a valid Hello, all addresses together; with one more, one of them is sent away.
constexpr std::size_t kPendingLinksMax = 512;
constexpr std::uint32_t kPendingLinksPerAddressMax = 32;
constexpr std::size_t kPendingLinksFair = 4;  ///< of one address

// Voice. What one passes on of a voice, with what is around each frame, is what the world sets aside for it
// (world/postage.h); clients speak at 20 kb/s.
constexpr double kVoiceFramesPerSecond = 52.0;  ///< a little more than 50: no two clocks are alike
constexpr double kVoiceFramesBurst = 50.0;      ///< what a line that stalled for a second brings at once
constexpr double kVoicePayloadBytesPerSecond = 2'700.0;
constexpr double kVoicePayloadBurstBytes = 1'200.0;
constexpr std::int64_t kVoiceShareBurstMs = 200;    ///< of what is set aside for a listener's voices, at once
constexpr std::int64_t kVoicePauseMs = 10;          ///< between two writes of voices to a WebSocket
constexpr std::size_t kVoiceHeldMax = 4;            ///< frames of a beginning speaker that wait for the world's answer
constexpr std::int64_t kVoiceSilentAfterMs = 400;   ///< after the last frame
constexpr std::int64_t kVoiceQueuedMaxMs = 200;     ///< on a WebSocket; what waits for longer is dropped
constexpr std::size_t kVoiceQueueMaxMessages = 48;  ///< four voices for so long, and some more

// The door of a full mall.
constexpr std::size_t kWaitingMax = 1024;           ///< accounts in the queue, lost connections included
constexpr std::size_t kWaitingPerAddressMax = 64;   ///< of these
constexpr std::size_t kBarredMax = 4096;            ///< accounts that were sent away with a ticket in hand
constexpr std::uint16_t kComeAgainAfterMs = 200;    ///< for who has logged in and comes back as the account
constexpr std::int64_t kQueueNewsPeriodMs = 1'000;  ///< a place that changes is told this often at most

// ENet.
constexpr std::uint32_t kEnetMtuBytes = 1160;      ///< PROTOCOL.md: no datagram passes 1,192 bytes with IP and UDP
constexpr std::size_t kEnetPacketMaxBytes = 4096;  ///< one packet, reassembled
constexpr std::size_t kEnetWaitingMaxBytes = std::size_t{16} * 1024;  ///< what one peer may have waiting for us
constexpr std::size_t kEnetPeersMax = 4095;                           ///< ENet's own
constexpr std::size_t kEnetSparePeers = 64;            ///< above clients_max, for those that have not said Hello
constexpr std::size_t kEnetBundleMaxBytes = 1'000;     ///< reliable messages that go together, in one datagram
constexpr std::size_t kEnetOutgoingCommandsMax = 256;  ///< a peer with more bundles unsent is a laggard
constexpr std::size_t kEnetEventsPerServiceMax = 4096;
constexpr std::size_t kEnetDatagramsPerRound = 256;  ///< ENet's own: what one call receives at most
constexpr std::size_t kEnetRoundsPerServiceMax = 16;
constexpr std::size_t kStateBatchMax = 64;           ///< datagrams handed to the kernel at once
constexpr int kSocketBufferBytes = 4 * 1024 * 1024;  ///< a tick's datagrams of thousands of clients
constexpr std::int64_t kEnetServicePeriodMs = 5;
constexpr std::int64_t kEnetIdlePeriodMs = 20;
constexpr std::uint32_t kEnetTimeoutMinMs = 4'000;
constexpr std::uint32_t kEnetTimeoutMaxMs = 12'000;
constexpr std::size_t kAdmissionsMax = 4096;  ///< addresses with a good cookie
constexpr int kConnectsPerAdmission = 8;      ///< ENet repeats its CONNECT
constexpr double kEchoesPerSecond = 20.0;     ///< cookies that one address brings back
constexpr double kEchoesBurst = 200.0;

// The loop.
constexpr std::int64_t kSweepPeriodMs = 250;
constexpr std::size_t kGatherFromLinks = 64;  ///< with so many connections the loop waits a little between its rounds
constexpr std::int64_t kGatherMs = 4;
constexpr std::int64_t kDrainMaxMs = 3'000;

}  // namespace world::net
