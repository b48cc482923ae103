#pragma once

#include "ledger/core/result.h"
#include "ledger/log/merkle.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The texts that leave the house: the head of a tree (C2SP tlog-checkpoint), a receipt for one entry (C2SP
// tlog-proof) and the link between two heads. Parsing checks the form only: signatures are note.h's, and
// whether a proof holds is proof.h's to say. Parsing is strict, and what is written is read back equal.
namespace provodka::log {

// No tree of 64-bit size is deeper, so a longer proof is refused before it is read.
inline constexpr size_t inclusion_hashes_max = 64;
inline constexpr size_t consistency_hashes_max = 65;

// The text that is signed: origin, size and root, a line each. The origin names the log; the name of the key
// that signs should equal it.
struct Checkpoint {
  std::string origin;
  uint64_t size = 0;
  Hash root;

  // REQUIRES: an origin that is not empty and has no line feed.
  [[nodiscard]] std::string text() const;

  // Reads the text of an opened note. Extension lines are accepted and dropped.
  static Result<Checkpoint> parse(std::string_view text);

  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// A receipt that one entry is in the log: with the entry and the log's public key it can be verified offline.
// The file extension is `.tlog-proof`.
struct InclusionProof {
  uint64_t index = 0;
  std::vector<Hash> hashes;  // From the sibling of the leaf up to a child of the root.
  std::string checkpoint_note;

  [[nodiscard]] std::string to_string() const;

  // Extra data, which nothing signs, is accepted and dropped.
  static Result<InclusionProof> parse(std::string_view text);

  friend bool operator==(const InclusionProof&, const InclusionProof&) = default;
};

// That the log of `old_size` entries is the beginning of the one in the checkpoint. C2SP has no format for
// it; ours follows tlog-proof: `provodka/consistency-proof@v1`, `old <size>`, `new <size>`, the hashes in the
// order of RFC 6962, section 2.1.2, an empty line, and the new checkpoint verbatim. Whoever verifies compares
// the sizes with those of the two checkpoints.
struct ConsistencyProof {
  uint64_t old_size = 0;
  uint64_t new_size = 0;
  std::vector<Hash> hashes;
  std::string checkpoint_note;

  [[nodiscard]] std::string to_string() const;
  static Result<ConsistencyProof> parse(std::string_view text);

  friend bool operator==(const ConsistencyProof&, const ConsistencyProof&) = default;
};

}  // namespace provodka::log
