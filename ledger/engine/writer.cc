#include "ledger/engine/writer.h"

#include "ledger/core/thread_name.h"
#include "ledger/domain/dispatch.h"
#include "ledger/domain/payment/rejection.h"
#include "ledger/domain/tenant/rejection.h"
#include "ledger/engine/named_entry.h"
#include "ledger/engine/outcome.h"

#include <array>

#include <fmt/format.h>

namespace provodka::engine {
namespace {

constexpr size_t kGroupBytesMax = 4 << 20;

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

}  // namespace

void add_to_outcome(Outcome& outcome, const Event& event) {
  outcome.types.push_back(codec::type_of(event));
  std::visit(
      [&](const auto& e) {
        if (outcome.standings.empty()) {
          outcome.standings = account::standings_in(e);
        } else {
          merge(outcome.standings, account::standings_in(e));
        }
      },
      event);
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
  shard_.world.begin_schedule();
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

void Writer::read(Engine::Look look, Engine::Done done) {
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
        return !queue_.empty() || stop_ || committer_became_idle_ || (snapshot_ && !snapshot_copied_);
      };
      if (const auto pause = until_due()) {
        wake_.wait_for(lock, *pause, has_work);
      } else {
        wake_.wait(lock, has_work);
      }
      items.swap(queue_);
      stopping = stop_ && items.empty();
      committer_became_idle_ = false;
    }
    if (parts_.committer.failed()) rebuild_after_failure();
    for (Item& item : items) {
      std::visit([this](auto& i) { process(std::move(i)); }, item);
      if (group_bytes_ >= kGroupBytesMax) hand_over();
    }
    items.clear();
    if (until_due()) fire_some_due();
    if (parts_.committer.idle() || stopping) hand_over();
    snapshot_if_due();
  }
  end_snapshot();
  // One after a failed one would drop the ids that the failed one did not write.
  if (!parts_.committer.failed() && !snapshots_failed_ && shard_.position > last_snapshot_) start_snapshot();
  end_snapshot();
}

void Writer::process(std::unique_ptr<Job> job) {
  job->outcomes.resize(job->commands.size());
  decide_all(*job);
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
  context.effective = command.effective.value_or(context.today);
  if (context.effective > context.today) {
    outcome = rejected(common::effective_in_future, "/effective", fmt::format("today is {}", context.today));
    return;
  }

  if (const auto* run = std::get_if<billing::RunBilling>(&command.data)) {
    const Instant through = std::min(run->through, now);
    for (auto due = world.next_due(); due && *due <= through; due = world.next_due()) settle_due(now);
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
  NamedEntry named;
  if (tenant && names_entry(command.data)) {
    found = named_entry(prepared, *tenant, job.arena);
    if (found) {
      named = {found->sequence, found->account, found->amount, found->counter};
      context.named = &named;
    }
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
  for (const Event& event : decision) {
    record(event, tenant, header);
    add_to_outcome(outcome, event);
  }
  // What follows from it belongs to it: the charges that a payment makes possible, the access after them.
  for (size_t i = 0; i < outcome.standings.size(); ++i) {
    const auto account = shard_.world.find_account(tenant, outcome.standings[i].account.text);
    settle(*account, header, &outcome);
  }
  outcome.sequence = header.sequence;
  outcome.last = shard_.position;
  recent_->insert(
      {.key = prepared.id_key, .position = outcome.first, .check = IdHash::check_of(prepared.cause_hash)});
  remembered_in_group_.push_back(prepared.id_key);
  if (const auto* payment = std::get_if<payment::PaymentReceived>(&decision.front())) {
    recent_->insert({.key = *prepared.payment_key,
                     .position = outcome.first,
                     .check = parts_.ids.payment_check(payment->account.text, payment->amount.minor)});
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

void Writer::close_frame_if_full() {
  if (!frame_ || frame_->text().size() < log::kFrameTextBytes) return;
  next_frame_bytes_ = log::kFrameTextBytes;
  group_->frames.push_back(std::move(frame_));
  frame_ = nullptr;
}

log::Frame& Writer::open_frame() {
  if (!frame_) {
    frame_ = std::make_shared<log::Frame>(shard_.position);
    frame_->writable_text().room(next_frame_bytes_ + 4096);
  }
  return *frame_;
}

void Writer::hand_over() {
  if (frame_ && frame_->count() > 0) {
    next_frame_bytes_ = std::min(frame_->text().size(), log::kFrameTextBytes);
    group_->frames.push_back(std::move(frame_));
  }
  frame_ = nullptr;
  group_bytes_ = 0;
  remembered_in_group_.clear();
  if (group_->frames.empty() && group_->waiting.empty()) return;
  for (const auto& frame : group_->frames) parts_.tail.push(frame);
  if (group_->frames.empty() && parts_.committer.idle() && !parts_.committer.failed()) {
    for (auto& waiting : group_->waiting) waiting(nullptr);  // all that they saw is durable already
    group_->waiting.clear();
    return;
  }
  if (parts_.committer.failed()) {
    if (stopped_.empty()) return rebuild_after_failure();
    // What came after the failure was noticed was refused, or only read.
    for (auto& waiting : group_->waiting) waiting(nullptr);
    group_ = std::make_unique<Group>();
    return;
  }
  parts_.committer.commit(std::move(group_));
  group_ = std::make_unique<Group>();
}

// A write failed: what memory holds beyond the log never happened. The state is built again from the log, and
// from then on only reads are answered.
void Writer::rebuild_after_failure() {
  if (!stopped_.empty()) return;
  const std::string failure = parts_.committer.failure();
  {
    std::lock_guard lock(mutex_);
    stopped_ = failure;
  }
  options_.warn(fmt::format(
      "no commands are accepted any more: {}. Reads go on; free the disk and start again", failure));
  for (auto& waiting : group_->waiting) waiting(&failure);
  group_ = std::make_unique<Group>();
  frame_ = nullptr;
  group_bytes_ = 0;
  if (snapshot_) snapshot_->cancel();
  end_snapshot();
  parts_.tail.clear();
  auto shard = recover_state(parts_.dir, parts_.log, options_.warn);
  INVARIANT(shard, "the state can be built again from the log", shard ? std::string() : shard.error().what);
  retired_strings_ = std::move(shard_.world.strings);
  shard_ = std::move(*shard);
}

}  // namespace provodka::engine
