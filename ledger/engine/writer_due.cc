#include "ledger/domain/dispatch.h"
#include "ledger/engine/outcome.h"
#include "ledger/engine/writer.h"
#include "ledger/process/settle.h"
#include "ledger/process/tenant_day.h"

#include <fmt/format.h>

// What happens by itself: what follows from a command, and what a day or an hour brings.
namespace provodka::engine {
namespace {

// Accounts that are settled before the writer looks at its queue again: a millisecond.
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

Context Writer::context_at(TenantId tenant, Instant at) {
  Context context;
  context.tenant = tenant;
  context.now = at;
  context.today = context.effective = local_day(tenant, at);
  return context;
}

void Writer::settle(AccountId account, codec::EventHeader& header, Outcome* outcome) {
  const Context context = context_at(TenantId(shard_.world.account(account).tenant), header.time);
  int steps = 0;
  while (const auto event = process::next_step(shard_.world, context, account)) {
    INVARIANT(++steps < kStepsMax, "an account comes to rest");
    record(*event, context.tenant, header);
    if (outcome) add_to_outcome(*outcome, *event);
  }
  plan(account, context);
}

void Writer::plan(AccountId account, const Context& context) {
  auto due = process::next_due(shard_.world, context, account);
  // One that would not come to rest must not stop the clock.
  if (due && *due <= context.now) due = add_micros(context.now, 1);
  agenda_.plan(account, due);
  if (atomic_) planned_in_group_.push_back(account);
}

void Writer::plan_all() {
  agenda_.clear();
  for (uint32_t i = 0; i < shard_.world.accounts.size(); ++i) {
    const AccountId id(i);
    const Context context = context_at(TenantId(shard_.world.account(id).tenant), shard_.time);
    agenda_.plan(id, process::next_due(shard_.world, context, id));
  }
  plan_tenants();
}

void Writer::plan_tenants() {
  for (uint32_t t = 0; t < shard_.world.tenants.size(); ++t) {
    const TenantId id(t);
    // Its present day may have been cut short.
    agenda_.plan(id, shard_.world.day_start(id, local_day(id, shard_.time)));
  }
}

codec::EventHeader Writer::header_of_due(TenantId tenant, Instant at, std::string_view cause) {
  return {.sequence = {},
          .tenant = shard_.world.strings[shard_.world.tenant(tenant).name],
          .type = {},
          .time = std::max(at, shard_.time),
          .actor = kActor,
          .cause = cause,
          .cause_hash = {}};
}

// Some accounts of the first instant at which something is due; when they are done, the day of their tenants.
void Writer::settle_due(std::optional<Instant> at) {
  const Agenda::Taken taken = agenda_.take(kAccountsAtOnce);
  const Instant time = at.value_or(taken.due);
  const auto began = std::chrono::steady_clock::now();
  for (const AccountId account : taken.accounts) {
    const account::AccountRow& row = shard_.world.account(account);
    const std::string cause = fmt::format("due/{}/{}", shard_.world.strings[row.name], taken.due.to_string());
    codec::EventHeader header = header_of_due(TenantId(row.tenant), time, cause);
    settle(account, header, nullptr);
    close_frame_if_full();
  }
  run_us_ +=
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
  for (const TenantId tenant : taken.tenants) {
    // After a downtime the accounts of all days that were missed come first: then the report is true.
    if (const auto next = agenda_.next(); at && next && *next <= *at) {
      agenda_.plan(tenant, *next);
      continue;
    }
    const std::string cause = fmt::format("due/{}", taken.due.to_string());
    codec::EventHeader header = header_of_due(tenant, time, cause);
    Context context = context_at(tenant, header.time);
    context.run_ms = static_cast<uint32_t>(run_us_ / 1000);
    while (const auto event = process::next_tenant_step(shard_.world, context)) {
      record(*event, tenant, header);
      run_us_ = 0;
    }
    agenda_.plan(tenant, process::next_tenant_due(shard_.world, context));
  }
}

void Writer::plan_again() {
  agenda_.keep(shard_.world.accounts.size(), shard_.world.tenants.size());
  for (const AccountId id : planned_in_group_) {
    if (id.value() < shard_.world.accounts.size())
      plan(id, context_at(TenantId(shard_.world.account(id).tenant), shard_.time));
  }
  plan_tenants();
}

// What the tenant decides for all may change how any account stands.
void Writer::look_at_all(TenantId tenant, Instant now) {
  for (uint32_t i = 0; i < shard_.world.accounts.size(); ++i) {
    const account::AccountRow& row = shard_.world.account(AccountId(i));
    if (row.tenant == tenant.value() && row.first_subscription != kNone) agenda_.plan(AccountId(i), now);
  }
}

bool Writer::must_wait(const Job& job) {
  if (job.commands.size() != 1 || job.atomic || !stopped_.empty() || clock_->settable()) return false;
  const auto* run = std::get_if<billing::RunBilling>(&job.commands.front().command.data);
  const auto due = agenda_.next();
  return run && due && *due <= run->through && *due <= clock_->now() && !clock_->suspect();
}

void Writer::fire_due(Instant through, std::optional<Instant> at) {
  for (auto due = agenda_.next(); due && *due <= through && stopped_.empty(); due = agenda_.next()) {
    settle_due(at);
    // A batch that may be taken back keeps what it led to.
    if (group_bytes_ >= kGroupBytesMax && !atomic_) hand_over();
  }
}

void Writer::fire_some_due() {
  if (const auto pause = until_due(); pause && pause->count() == 0) settle_due(clock_->now());
}

std::optional<std::chrono::microseconds> Writer::until_due() {
  const auto due = agenda_.next();
  if (!due || clock_->settable() || !stopped_.empty() || clock_->suspect()) return std::nullopt;
  const int64_t us = micros_between(clock_->now(), *due);
  return std::chrono::microseconds(std::clamp<int64_t>(us, 0, 60'000'000));
}

}  // namespace provodka::engine
