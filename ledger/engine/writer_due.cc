#include "ledger/domain/dispatch.h"
#include "ledger/engine/outcome.h"
#include "ledger/engine/writer.h"
#include "ledger/process/settle.h"

#include <fmt/format.h>

// What happens by itself: what follows from a command, and what a day or an hour brings.
namespace provodka::engine {
namespace {

// Accounts that are settled before the writer looks at its queue again.
constexpr size_t kAccountsAtOnce = 256;
// No account comes to rest later than this; one that does not is a defect and must not fill the disk.
constexpr int kStepsMax = 100'000;
constexpr std::string_view kActor = "provodka";

}  // namespace

Date Writer::local_day(TenantId tenant, Instant at) {
  while (local_days_.size() <= tenant.value()) {
    local_days_.emplace_back(shard_.world.zone(TenantId(static_cast<uint32_t>(local_days_.size()))));
  }
  return local_days_[tenant.value()](at);
}

void Writer::settle(AccountId account, codec::EventHeader& header, Outcome* outcome) {
  Context context;
  context.tenant = TenantId(shard_.world.account(account).tenant);
  context.now = header.time;
  context.today = context.effective = local_day(context.tenant, header.time);
  int steps = 0;
  while (const auto event = process::next_step(shard_.world, context, account)) {
    INVARIANT(++steps < kStepsMax, "an account comes to rest");
    record(*event, context.tenant, header);
    if (outcome) add_to_outcome(*outcome, *event);
  }
}

// Some accounts of the first instant at which something is due.
void Writer::settle_due(Instant at) {
  const Instant due = shard_.world.next_due().value();
  for (const AccountId account : shard_.world.take_due(kAccountsAtOnce)) {
    const World& world = shard_.world;
    const std::string cause =
        fmt::format("due/{}/{}", world.strings[world.account(account).name], due.to_string());
    codec::EventHeader header{
        .sequence = {},
        .tenant = world.strings[world.tenant(TenantId(world.account(account).tenant)).name],
        .type = {},
        .time = std::max(at, shard_.time),
        .actor = kActor,
        .cause = cause,
        .cause_hash = {}};
    settle(account, header, nullptr);
    close_frame_if_full();
  }
}

void Writer::fire_due(Instant through) {
  for (auto due = shard_.world.next_due(); due && *due <= through; due = shard_.world.next_due())
    settle_due(*due);
}

void Writer::fire_some_due() {
  now_ = clock_->now();
  if (const auto due = shard_.world.next_due(); due && *due <= now_) settle_due(now_);
}

std::optional<std::chrono::microseconds> Writer::until_due() {
  const auto due = shard_.world.next_due();
  if (!due || clock_->settable() || !stopped_.empty() || clock_->suspect()) return std::nullopt;
  const int64_t us = micros_between(clock_->now(), *due);
  return std::chrono::microseconds(std::clamp<int64_t>(us, 0, 60'000'000));
}

}  // namespace provodka::engine
