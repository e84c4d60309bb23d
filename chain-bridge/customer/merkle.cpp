#include "chain-bridge/customer/merkle.h"

#include <bit>

#include "chain-bridge/eth/keccak.h"
#include "client-proto/core/check.h"

namespace chain {

namespace {

Word hash_leaf(const Word& leaf) {
  Bytes text{0x00};
  text.insert(text.end(), leaf.bytes.begin(), leaf.bytes.end());
  return keccak256(text);
}

Word hash_pair(const Word& left, const Word& right) {
  Bytes text{0x01};
  text.insert(text.end(), left.bytes.begin(), left.bytes.end());
  text.insert(text.end(), right.bytes.begin(), right.bytes.end());
  return keccak256(text);
}

std::vector<Word> bottom_row(std::span<const Word> leaves) {
  GALLERIA_CHECK(std::has_single_bit(leaves.size()) && leaves.size() <= kMerkleLeavesMax);
  std::vector<Word> row;
  row.reserve(leaves.size());
  for (const Word& leaf : leaves) row.push_back(hash_leaf(leaf));
  return row;
}

std::vector<Word> row_above(const std::vector<Word>& row) {
  std::vector<Word> above;
  above.reserve(row.size() / 2);
  for (std::size_t i = 0; i < row.size(); i += 2) above.push_back(hash_pair(row[i], row[i + 1]));
  return above;
}

}  // namespace

std::size_t padded_size(std::size_t count, std::size_t count_min) { return std::bit_ceil(std::max(count, count_min)); }

Word merkle_root(std::span<const Word> leaves) {
  std::vector<Word> row = bottom_row(leaves);
  while (row.size() > 1) row = row_above(row);
  return row.front();
}

std::vector<Word> merkle_proof(std::span<const Word> leaves, std::size_t index) {
  GALLERIA_CHECK(index < leaves.size());
  std::vector<Word> proof;
  for (std::vector<Word> row = bottom_row(leaves); row.size() > 1; row = row_above(row)) {
    proof.push_back(row[index ^ 1U]);
    index /= 2;
  }
  return proof;
}

bool merkle_holds(const Word& root, const Word& leaf, std::size_t index, std::span<const Word> proof) {
  Word node = hash_leaf(leaf);
  for (const Word& sibling : proof) {
    node = index % 2 == 0 ? hash_pair(node, sibling) : hash_pair(sibling, node);
    index /= 2;
  }
  return index == 0 && node == root;
}

}  // namespace chain
