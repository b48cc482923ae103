#pragma once

#include "ledger/core/result.h"
#include "ledger/log/merkle.h"
#include "ledger/log/tiles.h"

#include <cstdint>
#include <span>
#include <vector>

// Proofs over the tree: that an entry is in it, and that one tree is the beginning of another. They are built
// from tiles as in RFC 6962, sections 2.1.1 and 2.1.2, and verified with the algorithms of RFC 9162, sections
// 2.1.3.2 and 2.1.4.2. The verifying half needs no tiles and trusts nothing but the roots it is given.
namespace provodka::log {

// Building reads each tile at most once within a call, and O(log size) of them: about two for each level. The
// source must have reached the size that is asked for. What the source reports is passed on as a fault.

// The hashes from the sibling of the leaf up to a child of the root. A fault unless index < tree_size.
[[nodiscard]] Result<std::vector<Hash>> prove_inclusion(TileSource& tiles, uint64_t index,
                                                        uint64_t tree_size);

// Empty when the old tree is empty or the sizes are equal. A fault unless old_size <= new_size.
[[nodiscard]] Result<std::vector<Hash>> prove_consistency(TileSource& tiles, uint64_t old_size,
                                                          uint64_t new_size);

[[nodiscard]] Result<Hash> root_of(TileSource& tiles, uint64_t tree_size);

// True when `leaf` is the leaf at `index` of the tree of `size` leaves with this root.
[[nodiscard]] bool verify_inclusion(const Hash& leaf, uint64_t index, uint64_t size,
                                    std::span<const Hash> proof, const Hash& root);

// True when the tree of `old_size` leaves is the beginning of the tree of `new_size` leaves. Every tree
// begins with the empty one, which is known by its root and needs no proof; nothing is then said about
// new_root.
[[nodiscard]] bool verify_consistency(uint64_t old_size, uint64_t new_size, const Hash& old_root,
                                      const Hash& new_root, std::span<const Hash> proof);

}  // namespace provodka::log
