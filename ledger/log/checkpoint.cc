#include "ledger/log/checkpoint.h"

#include "ledger/core/invariant.h"
#include "ledger/log/note.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace provodka::log {
namespace {

constexpr std::string_view inclusion_header = "c2sp.org/tlog-proof@v1";
constexpr std::string_view consistency_header = "provodka/consistency-proof@v1";

// Takes lines off the front of a text; a rest without a line feed is not a line.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  std::optional<std::string_view> next() {
    const size_t end = rest_.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  // The rest of the next line when it begins with the prefix; otherwise nothing, and the line stays.
  std::optional<std::string_view> next_after(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return std::nullopt;
    auto line = next();
    if (line) line->remove_prefix(prefix.size());
    return line;
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// A decimal number without sign and without leading zeros.
std::optional<uint64_t> parse_number(std::optional<std::string_view> digits) {
  if (!digits || digits->empty() || (digits->size() > 1 && digits->front() == '0')) return std::nullopt;
  uint64_t value = 0;
  const char* const last = digits->data() + digits->size();
  const auto [end, error] = std::from_chars(digits->data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

std::optional<Hash> parse_hash(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  const auto bytes = unbase64(*text);
  Hash hash;
  if (!bytes || bytes->size() != hash.bytes.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.bytes.begin());
  return hash;
}

std::string hash_lines(const std::vector<Hash>& hashes) {
  std::string out;
  for (const Hash& hash : hashes) out += base64(hash.bytes) + "\n";
  return out;
}

// Hash lines up to and including the empty line that ends them.
Result<std::vector<Hash>> parse_hash_lines(Lines& lines, size_t max) {
  std::vector<Hash> hashes;
  for (;;) {
    const auto line = lines.next();
    if (!line) return fault("a proof has no empty line before its checkpoint");
    if (line->empty()) return hashes;
    const auto hash = parse_hash(line);
    if (!hash) return fault("line {} of the hashes of a proof is not base64 of 32 bytes", hashes.size() + 1);
    if (hashes.size() == max) return fault("a proof has more than {} hashes", max);
    hashes.push_back(*hash);
  }
}

}  // namespace

std::string Checkpoint::text() const {
  INVARIANT(!origin.empty() && origin.find('\n') == std::string::npos, "an origin is one line", origin);
  return fmt::format("{}\n{}\n{}\n", origin, size, base64(root.bytes));
}

Result<Checkpoint> Checkpoint::parse(std::string_view text) {
  Lines lines(text);
  const auto origin = lines.next();
  if (!origin || origin->empty()) return fault("a checkpoint has no origin");
  const auto size = parse_number(lines.next());
  if (!size) return fault("the size of the checkpoint of {} is not a number", *origin);
  const auto root = parse_hash(lines.next());
  if (!root) return fault("the root of the checkpoint of {} is not base64 of 32 bytes", *origin);
  while (!lines.rest().empty()) {
    const auto extension = lines.next();
    if (!extension || extension->empty()) return fault("the checkpoint of {} ends in no line", *origin);
  }
  return Checkpoint{.origin = std::string(*origin), .size = *size, .root = *root};
}

std::string InclusionProof::to_string() const {
  return fmt::format("{}\nindex {}\n{}\n{}", inclusion_header, index, hash_lines(hashes), checkpoint_note);
}

Result<InclusionProof> InclusionProof::parse(std::string_view text) {
  Lines lines(text);
  if (lines.next() != inclusion_header) return fault("a proof does not begin with {}", inclusion_header);
  if (const auto extra = lines.next_after("extra "); extra && !unbase64(*extra)) {
    return fault("the extra data of a proof is not base64");
  }
  const auto index = parse_number(lines.next_after("index "));
  if (!index) return fault("a proof has no index");
  auto hashes = parse_hash_lines(lines, inclusion_hashes_max);
  if (!hashes) return std::unexpected(hashes.error());
  if (lines.rest().empty()) return fault("a proof has no checkpoint");
  return InclusionProof{
      .index = *index, .hashes = *std::move(hashes), .checkpoint_note = std::string(lines.rest())};
}

std::string ConsistencyProof::to_string() const {
  return fmt::format("{}\nold {}\nnew {}\n{}\n{}", consistency_header, old_size, new_size, hash_lines(hashes),
                     checkpoint_note);
}

Result<ConsistencyProof> ConsistencyProof::parse(std::string_view text) {
  Lines lines(text);
  if (lines.next() != consistency_header) return fault("a proof does not begin with {}", consistency_header);
  const auto old_size = parse_number(lines.next_after("old "));
  const auto new_size = parse_number(lines.next_after("new "));
  if (!old_size || !new_size) return fault("a consistency proof does not name its two sizes");
  auto hashes = parse_hash_lines(lines, consistency_hashes_max);
  if (!hashes) return std::unexpected(hashes.error());
  if (lines.rest().empty()) return fault("a proof has no checkpoint");
  return ConsistencyProof{.old_size = *old_size,
                          .new_size = *new_size,
                          .hashes = *std::move(hashes),
                          .checkpoint_note = std::string(lines.rest())};
}

}  // namespace provodka::log
