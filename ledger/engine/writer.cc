#include "ledger/engine/writer.h"

#include "ledger/core/thread_name.h"
#include "ledger/domain/dispatch.h"
#include "ledger/domain/payment/rejection.h"
#include "ledger/domain/tenant/rejection.h"
#include "ledger/engine/named_entry.h"
#include "ledger/engine/outcome.h"
#include "ledger/engine/sealing.h"
#include "ledger/log/checkpoint.h"
#include "ledger/process/tenant_day.h"

#include <utility>

#include <fmt/format.h>

namespace provodka::engine {
namespace {

Outcome rejected(Rejection rejection) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::rejected;
  outcome.rejection = std::move(rejection);
  return outcome;
}

Outcome rejected(const RejectionKind& kind, std::string_view pointer, std::string detail = {}) {
  return rejected(Rejection{&kind, pointer, std::move(detail)});
}

Outcome unavailable(std::string detail) {
  Outcome outcome;
  outcome.detail = std::move(detail);
  return outcome;
}

void merge(account::Standings& into, const account::Standings& later) {
  for (const account::Standing& standing : later) {
    const auto same = std::ranges::find(into, standing.account, &account::Standing::account);
    if (same == into.end()) {
      into.push_back(standing);
    } else {
      *same = standing;
    }
  }
}

// The business date where the command does not name it: of a payment the day on which it was paid.
Date effective_of(const CommandData& data, const World& world, std::optional<TenantId> tenant, Date today) {
  const auto* payment = std::get_if<payment::ReceivePayment>(&data);
  if (!payment || !payment->paid_at || !tenant) return today;
  const auto date = Date::parse(payment->paid_at->text);
  const auto instant = Instant::parse(payment->paid_at->text);
  if (!date && (!instant || !has_local_dates(*instant))) return today;
  return std::min(today, date ? *date : world.zone(*tenant).local_date(*instant));
}

// Whether an event changes what the tenant's accounts are held to.
bool change_terms(const World& world, TenantId tenant, const Event& event) {
  const auto* terms = std::get_if<tenant::TenantConfigured>(&event);
  if (!terms) return false;
  const tenant::TenantRow& row = world.tenant(tenant);
  const auto hours = terms->blocking_hours.value_or(tenant::BlockingHours{});
  return terms->threshold.minor != row.threshold_minor || terms->resume != row.resume ||
         hours.from.minutes != row.blocking_from || hours.to.minutes != row.blocking_to;
}

}  // namespace

void add_to_outcome(Outcome& outcome, const Event& event) {
  // What a command does to thousands its report says; an answer tells of the first.
  if (outcome.types.size() >= kEventsTold) return;
  outcome.types.push_back(codec::type_of(event));
  std::visit([&](const auto& e) { merge(outcome.standings, account::standings_in(e)); }, event);
}

Writer::Writer(Parts parts, EngineOptions& options, Recovered& recovered)
    : parts_(parts),
      options_(options),
      shard_(std::move(recovered.shard)),
      clock_(std::move(options.clock)),
      recent_(std::move(recovered.recent)),
      older_(std::make_shared<SeenTable>()),
      files_must_reach_(parts.store.ids_through()),
      group_(std::make_unique<Group>()),
      last_snapshot_(recovered.snapshot) {
  plan_all();
  parts_.committer.on_idle([this] {
    std::lock_guard lock(mutex_);
    committer_became_idle_ = true;
    wake_.notify_one();
  });
  thread_ = std::thread([this] {
    name_this_thread("writer");
    run();
  });
}

Writer::~Writer() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
    wake_.notify_one();
  }
  thread_.join();
  parts_.committer.on_idle({});  // it may still be busy with what was handed over last
}

void Writer::submit(std::unique_ptr<Job> job) {
  std::lock_guard lock(mutex_);
  queue_.emplace_back(std::move(job));
  if (queue_.size() == 1) wake_.notify_one();
}

void Writer::read(Look look, Engine::Done done) {
  std::lock_guard lock(mutex_);
  queue_.emplace_back(Read{std::move(look), std::move(done)});
  if (queue_.size() == 1) wake_.notify_one();
}

std::string Writer::stopped() const {
  std::lock_guard lock(mutex_);
  return stopped_;
}

void Writer::run() {
  std::vector<Item> items;
  for (bool stopping = false; !stopping;) {
    {
      std::unique_lock lock(mutex_);
      const auto has_work = [&] {
        return !queue_.empty() || stop_ || committer_became_idle_ || !waiting_runs_.empty() ||
               (snapshot_ && !snapshot_copied_);
      };
      if (const auto pause = until_due()) {
        wake_.wait_for(lock, *pause, has_work);
      } else {
        wake_.wait(lock, has_work);
      }
      items.swap(queue_);
      for (auto& run : waiting_runs_) items.emplace_back(std::move(run));
      waiting_runs_.clear();
      stopping = stop_ && items.empty();
      committer_became_idle_ = false;
    }
    if (parts_.committer.failed()) rebuild_after_failure();
    for (Item& item : items) {
      std::visit([this](auto& i) { process(std::move(i)); }, item);
      if (group_bytes_ >= kGroupBytesMax) hand_over();
    }
    items.clear();
    fire_some_due();
    if (parts_.committer.idle() || stopping || group_bytes_ >= kRunBytesMax) hand_over();
    snapshot_if_due();
  }
  end_snapshot();
  // One after a failed one would drop the ids that the failed one did not write.
  if (!parts_.committer.failed() && !snapshots_failed_ && shard_.position > last_snapshot_) start_snapshot();
  end_snapshot();
}

void Writer::process(std::unique_ptr<Job> job) {
  if (must_wait(*job)) {
    settle_due(clock_->now());
    waiting_runs_.push_back(std::move(job));
    return;
  }
  job->outcomes.resize(job->commands.size());
  decide_all(*job);
  if (auto erased = erased_by(*job); !erased.empty()) {  // before it is answered
    group_->waiting.push_back(
        [&keys = parts_.keys, warn = options_.warn, erased = std::move(erased)](const std::string* failure) {
          if (!failure) destroy_keys(keys, erased, warn);
        });
  }
  group_->waiting.push_back([job = std::move(job)](const std::string* failure) mutable {
    if (failure) {
      for (Outcome& outcome : job->outcomes) outcome = unavailable(*failure);
    }
    auto done = std::move(job->done);
    done(std::move(job));
  });
}

void Writer::process(Read read) {
  read.look(shard_.world, shard_.position, std::max(clock_->now(), shard_.time));
  group_->waiting.push_back(
      [done = std::move(read.done)](const std::string* failure) mutable { done(failure); });
}

void Writer::decide_all(Job& job) {
  now_ = clock_->now();
  if (!job.atomic) {
    for (size_t i = 0; i < job.commands.size(); ++i) {
      if (i % kPrefetchBlock == 0) prefetch(job, i);
      decide_one(job.commands[i], job, job.outcomes[i]);
      close_frame_if_full();
    }
    return;
  }
  // All or nothing: everything that deciding changes is remembered as it was.
  atomic_ = true;
  planned_in_group_.clear();
  const size_t frames = group_->frames.size();
  const size_t bytes = group_bytes_;
  const auto frame = frame_;
  const uint32_t lines = frame ? frame->count() : 0;
  const Position position = shard_.position;
  const Instant time = shard_.time;
  const size_t days = local_days_.size();
  shard_.world.begin_group();
  remembered_in_group_.clear();
  bool failed = false;
  for (size_t i = 0; i < job.commands.size() && !failed; ++i) {
    decide_one(job.commands[i], job, job.outcomes[i]);
    failed =
        job.outcomes[i].kind == Outcome::Kind::rejected || job.outcomes[i].kind == Outcome::Kind::unavailable;
    close_frame_if_full();
  }
  atomic_ = false;
  if (!failed) {
    shard_.world.keep_group();
    return;
  }
  shard_.world.undo_group();
  for (const SeenKey& key : remembered_in_group_) recent_->erase(key);
  group_->frames.resize(frames);
  group_bytes_ = bytes;
  frame_ = frame;
  if (frame_) frame_->truncate(lines);
  if (frame_ && lines == 0) frame_ = nullptr;
  shard_.position = position;
  shard_.time = time;
  local_days_.erase(local_days_.begin() + static_cast<ptrdiff_t>(std::min(days, local_days_.size())),
                    local_days_.end());
  plan_again();
  for (Outcome& outcome : job.outcomes) {
    const bool is_cause = outcome.kind == Outcome::Kind::rejected || !outcome.detail.empty();
    if (!is_cause) {
      outcome = Outcome();
      outcome.kind = Outcome::Kind::undone;
    }
  }
}

Outcome Writer::outcome_of_seen(const log::SeenId& id, uint64_t check, const RejectionKind& reused,
                                std::string_view pointer) const {
  Outcome outcome;
  if (id.check == check) {
    outcome.kind = Outcome::Kind::repeated;
  } else {
    outcome = rejected(reused, pointer);
  }
  outcome.first = id.position;
  return outcome;
}

void Writer::decide_one(Prepared& prepared, Job& job, Outcome& outcome) {
  const Command& command = prepared.command;
  if (!stopped_.empty()) {
    outcome = unavailable(stopped_);
    return;
  }
  World& world = shard_.world;
  const auto tenant = world.find_tenant(command.tenant.text);
  const bool creates = std::holds_alternative<tenant::CreateTenant>(command.data);
  if (!tenant && !creates) {
    outcome = rejected(common::unknown_tenant, "/tenant");
    return;
  }
  if (const auto id = seen(prepared.id_key, prepared.id_in_files, prepared.looked_through)) {
    outcome = outcome_of_seen(*id, IdHash::check_of(prepared.cause_hash), common::command_id_reused, "/id");
    return;
  }

  Instant now = std::max(now_, shard_.time);
  if (command.time) {
    if (*command.time < now) {
      outcome = rejected(common::time_goes_back, "/time", fmt::format("it is {} already", now.to_string()));
      return;
    }
    if (!clock_->settable()) {
      outcome = rejected(common::time_not_settable, "/time", "the server was not started with --clock");
      return;
    }
    // What happens until then has happened, whatever becomes of the command.
    fire_due(*command.time);
    if (!stopped_.empty()) {
      outcome = unavailable(stopped_);
      return;
    }
    now = *command.time;  // where it stays once the command is recorded: no event is before the last one
  }
  if (const auto why = clock_->suspect()) {
    outcome = unavailable(*why);
    return;
  }

  Context context;
  std::string key;
  if (tenant) {
    context.tenant = *tenant;
    context.today = local_day(*tenant, now);
    if (auto unmet = unmet_expectation(world, *tenant, command.expect, job.arena)) {
      outcome = rejected(std::move(*unmet));
      return;
    }
  } else {
    const auto& create = std::get<tenant::CreateTenant>(command.data);
    const auto zone = Zone::find(create.zone.text);
    context.today = zone ? zone->local_date(now) : utc_date(now);
    context.new_tenant = command.tenant.text;
    // Durable before the event that names it; an unused key of a refused command does no harm.
    if (zone) {
      const auto signer = parts_.vault.signer(std::string(command.tenant.text), true);
      if (!signer) {
        outcome = unavailable(signer.error().what);
        return;
      }
      key = signer->verifier().to_string();
      context.log_key = job.arena.copy(key);
    }
  }
  context.now = now;
  context.effective = command.effective.value_or(effective_of(command.data, world, tenant, context.today));
  if (context.effective > context.today) {
    outcome = rejected(common::effective_in_future, "/effective", fmt::format("today is {}", context.today));
    return;
  }

  if (const auto* run = std::get_if<billing::RunBilling>(&command.data)) {
    fire_due(std::min(run->through, now), now);
    context.run_ms = static_cast<uint32_t>(std::exchange(run_us_, 0) / 1000);
  }
  if (std::holds_alternative<period::ClosePeriod>(command.data)) {
    const auto head = parts_.trees.head(command.tenant.text);
    if (head) context.log_size = Sequence(head->size);
    context.log_root = job.arena.copy(log::base64((head ? head->root : log::empty_root()).bytes));
  }
  const auto* payment = std::get_if<payment::ReceivePayment>(&command.data);
  if (payment) {
    if (const auto id = seen(*prepared.payment_key, prepared.payment_in_files, prepared.looked_through)) {
      const auto amount = to_money(payment->amount, world.currency(*tenant));
      const bool comparable = amount && payment->currency == world.currency(*tenant);
      const uint64_t check =
          comparable ? parts_.ids.payment_check(payment->account.text, amount->minor) : ~id->check;
      outcome = outcome_of_seen(*id, check, payment::external_id_reused, "/data/external_id");
      return;
    }
  }
  std::optional<FoundEntry> found;
  if (tenant && names_entry(command.data)) {
    found = named_entry(prepared, *tenant, job.arena);
    if (found) context.named = &found->entry;
  }

  if (tenant) {
    const auto sealed = seal_personal(parts_.keys, world, *tenant, command, job.arena);
    if (!sealed) {
      outcome = unavailable(sealed.error().what);
      return;
    }
    context.sealed = *sealed;
  }

  auto decision = decide(world, command.data, context);
  if (!decision) {
    outcome = rejected(std::move(decision.error()));
    return;
  }
  record(prepared, tenant ? *tenant : TenantId(world.tenants.size()), now, *decision, outcome);
}

void Writer::record(const Prepared& prepared, TenantId tenant, Instant now, const Decision& decision,
                    Outcome& outcome) {
  outcome.kind = Outcome::Kind::recorded;
  outcome.first = shard_.position.next();
  codec::EventHeader header{.sequence = {},
                            .tenant = prepared.command.tenant.text,
                            .type = {},
                            .time = now,
                            .actor = prepared.command.actor.text,
                            .cause = prepared.command.id.text,
                            .cause_hash = prepared.cause_hash};
  const bool terms_change = tenant && change_terms(shard_.world, tenant, decision.front());
  for (const Event& event : decision) {
    record(event, tenant, header);
    add_to_outcome(outcome, event);
  }
  // What follows from it belongs to it: the charges that a payment makes possible, the access after them.
  touched_.clear();
  const auto touch = [&](const account::Standings& standings) {
    for (const account::Standing& standing : standings) {
      const AccountId account = *shard_.world.find_account(tenant, standing.account.text);
      if (touched_.empty() || touched_.back() != account) touched_.push_back(account);
    }
  };
  if (decision.size() == 1) {
    touch(outcome.standings);
  } else {
    for (const Event& event : decision)
      touch(std::visit([](const auto& e) { return account::standings_in(e); }, event));
  }
  for (const AccountId account : touched_) settle(account, header, &outcome);
  if (std::holds_alternative<tenant::TenantCreated>(decision.front()))
    agenda_.plan(tenant, process::next_tenant_due(shard_.world, context_at(tenant, now)));
  if (terms_change) look_at_all(tenant, now);
  outcome.sequence = header.sequence;
  outcome.last = shard_.position;
  recent_->insert(
      {.key = prepared.id_key, .position = outcome.first, .check = IdHash::check_of(prepared.cause_hash)});
  remembered_in_group_.push_back(prepared.id_key);
  if (const auto payment = payment_in(decision.front())) {
    recent_->insert({.key = *prepared.payment_key,
                     .position = outcome.first,
                     .check = parts_.ids.payment_check(payment->account, payment->amount.minor)});
    remembered_in_group_.push_back(*prepared.payment_key);
  }
}

void Writer::record(const Event& event, TenantId tenant, codec::EventHeader& header) {
  shard_.time = header.time;
  shard_.position = shard_.position.next();
  header.sequence =
      Sequence(tenant.value() < shard_.world.tenants.size() ? shard_.world.tenant(tenant).events + 1 : 1);
  evolve(shard_.world, event,
         {.tenant = tenant, .sequence = header.sequence, .position = shard_.position, .time = header.time});
  log::Frame& frame = open_frame();
  const size_t before = frame.text().size();
  codec::encode_event(frame.writable_text(), header, event);
  const size_t bytes = frame.text().size() - before;
  INVARIANT(bytes <= codec::kLineBytesMax, "the limits of the commands keep a line short", bytes);
  frame.end_line();
  group_bytes_ += bytes + 1;
}

}  // namespace provodka::engine
