/// The parts of a tick, in their order, so that somebody with a clock can tell where its time goes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace world {

enum class TickStage : std::uint8_t { kCommands, kMove, kStaff, kGarments, kProps, kPublish, kServe };
inline constexpr std::size_t kTickStages = 7;

}  // namespace world
