/// Merkle trees over commitments, so that a customer can check that what was noted is anchored without seeing anybody
/// else's. Leaves and inner nodes are hashed with different prefixes, so that none can be taken for the other.
#pragma once

#include "chain-bridge/eth/types.h"

namespace chain {

constexpr std::size_t kMerkleLeavesMax = 65536;  ///< PreferenceAnchor.LEAVES_MAX

/// The smallest power of two that holds `count`, and at least `count_min`: the size that a batch shows to the world.
[[nodiscard]] std::size_t padded_size(std::size_t count, std::size_t count_min);

/// The root of the leaves in order; their number is a power of two.
[[nodiscard]] Word merkle_root(std::span<const Word> leaves);
/// The siblings on the way from a leaf to the root, lowest first.
[[nodiscard]] std::vector<Word> merkle_proof(std::span<const Word> leaves, std::size_t index);
[[nodiscard]] bool merkle_holds(const Word& root, const Word& leaf, std::size_t index, std::span<const Word> proof);

}  // namespace chain
