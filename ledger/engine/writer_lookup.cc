#include "ledger/engine/named_entry.h"
#include "ledger/engine/writer.h"
#include "ledger/log/line.h"

#include <array>

#include <fmt/format.h>

// What the writer looks up: versions that a command expects, ids that were seen, and old entries that a
// command names.
namespace provodka::engine {
namespace {

// The account that a command is about, where it names one.
std::string_view account_of(const CommandData& data) {
  return std::visit(
      [](const auto& c) -> std::string_view {
        if constexpr (requires { std::string_view(c.account.text); }) {
          return c.account.text;
        } else if constexpr (requires { std::string_view(c.from.text); }) {
          return c.from.text;
        } else {
          return {};
        }
      },
      data);
}

}  // namespace

std::optional<Rejection> unmet_expectation(const World& world, TenantId tenant,
                                           std::span<const Expectation> expect, Arena& arena) {
  for (const Expectation& expected : expect) {
    const std::string_view name = expected.account.text;
    const auto account = world.find_account(tenant, name);
    const auto unmet = [&](const RejectionKind& kind, std::string detail) {
      return Rejection{&kind, arena.copy(fmt::format("/expect/account~1{}", name)), std::move(detail)};
    };
    if (!account) return unmet(common::unknown_account, fmt::format("account {} was never opened", name));
    if (const uint64_t version = world.account(*account).version; version != expected.version.value()) {
      return unmet(common::version_mismatch,
                   fmt::format("account {} is at version {}, not {}", name, version, expected.version));
    }
  }
  return std::nullopt;
}

void Writer::prefetch(const Job& job, size_t from) const {
  const size_t count = std::min(kPrefetchBlock, job.commands.size() - from);
  std::array<AccountHint, kPrefetchBlock> hints;
  std::string_view tenant_name;
  std::optional<TenantId> tenant;
  for (size_t i = 0; i < count; ++i) {
    const Prepared& prepared = job.commands[from + i];
    recent_->prefetch(prepared.id_key);
    older_->prefetch(prepared.id_key);
    if (prepared.payment_key) recent_->prefetch(*prepared.payment_key);
    if (prepared.command.tenant.text != tenant_name) {
      tenant_name = prepared.command.tenant.text;
      tenant = shard_.world.find_tenant(tenant_name);
    }
    hints[i] =
        tenant ? shard_.world.prefetch_index(*tenant, account_of(prepared.command.data)) : AccountHint();
  }
  for (size_t i = 0; i < count; ++i) shard_.world.prefetch_row(hints[i]);
  for (size_t i = 0; i < count; ++i) shard_.world.prefetch_name(hints[i]);
}

std::optional<log::SeenId> Writer::seen(const SeenKey& key, const std::optional<log::SeenId>& in_files,
                                        Position looked_through) {
  if (const log::SeenId* found = recent_->find(key)) return *found;
  if (const log::SeenId* found = older_->find(key)) return *found;
  if (in_files) return in_files;
  if (looked_through >= files_must_reach_) return std::nullopt;
  // The files grew since they were asked, and the tables let go of what went there.
  const auto again = parts_.store.find_id(key);
  INVARIANT(again, "the ids that were seen can be read", again ? std::string() : again.error().what);
  return *again;
}

std::optional<std::string_view> Writer::line_at(Position position, Arena& arena) {
  // Lines of the open frame move when it grows, so they are copied.
  if (frame_ && position >= frame_->first() && position <= shard_.position)
    return arena.copy(frame_->line(position));
  for (const auto& frame : group_->frames) {
    if (position >= frame->first() && position <= frame->last()) return arena.copy(frame->line(position));
  }
  if (const auto frame = parts_.tail.find(position)) return arena.copy(frame->line(position));
  const auto frame = parts_.log.frame_at(position);
  if (!frame) return std::nullopt;
  return arena.copy((*frame)->line(position));
}

std::optional<Position> Writer::place_of(std::string_view tenant, Sequence sequence, Arena& arena) {
  const Position followed = parts_.trees.position();
  const auto place = parts_.trees.place_of(tenant, sequence);
  if (!place) return std::nullopt;
  if (*place) return *place;
  // Not in the trees yet: it is among the newest lines or nowhere.
  for (Position at = followed.next(); at <= shard_.position; at = at.next()) {
    const auto line = line_at(at, arena);
    const auto origin = line ? log::origin_of(*line) : std::nullopt;
    if (origin && origin->tenant == tenant && origin->sequence == sequence) return at;
  }
  return std::nullopt;
}

std::optional<FoundEntry> Writer::named_entry(const Prepared& prepared, TenantId tenant, Arena& arena) {
  if (prepared.named) return prepared.named;
  std::optional<Position> place;
  if (const auto* reverse = std::get_if<charge::ReverseCharge>(&prepared.command.data)) {
    if (reverse->charge.value() > shard_.world.tenant(tenant).events) return std::nullopt;
    place = place_of(prepared.command.tenant.text, reverse->charge, arena);
  } else if (const auto id =
                 seen(*prepared.payment_key, prepared.payment_in_files, prepared.looked_through)) {
    place = id->position;
  }
  const auto line = place ? line_at(*place, arena) : std::nullopt;
  return line ? entry_in(*line, prepared.command.data, arena) : std::nullopt;
}

}  // namespace provodka::engine
