#include "ledger/engine/writer.h"

#include <fmt/format.h>

#include <array>

#include "ledger/domain/account/rejection.h"
#include "ledger/domain/charge/rejection.h"
#include "ledger/domain/dispatch.h"
#include "ledger/domain/payment/rejection.h"
#include "ledger/core/thread_name.h"
#include "ledger/domain/tenant/rejection.h"
#include "ledger/engine/named_entry.h"
#include "ledger/engine/outcome.h"
#include "ledger/log/line.h"

namespace provodka::engine {
namespace {

constexpr size_t kGroupBytesMax = 4 << 20;
constexpr size_t kSnapshotStepBytes = 1 << 20;
constexpr size_t kPrefetchBlock = 16;

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
        if constexpr (requires { e.standing; }) merge(outcome.standings, e.standing);
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
      wake_.wait(lock, [&] { return !queue_.empty() || stop_ || committer_became_idle_ || (snapshot_ && !snapshot_copied_); });
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
  read.look(shard_.world, shard_.position);
  group_->waiting.push_back([done = std::move(read.done)](const std::string* failure) mutable { done(failure); });
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
    hints[i] = tenant ? shard_.world.prefetch_index(*tenant, account_of(prepared.command.data)) : AccountHint();
  }
  for (size_t i = 0; i < count; ++i) shard_.world.prefetch_row(hints[i]);
  for (size_t i = 0; i < count; ++i) shard_.world.prefetch_name(hints[i]);
}

void Writer::decide_all(Job& job) {
  now_ = clock_->now();
  if (!job.atomic) {
    for (size_t i = 0; i < job.commands.size(); ++i) {
      if (i % kPrefetchBlock == 0) prefetch(job, i);
      decide_one(job.commands[i], job, job.outcomes[i]);
      if (frame_ && frame_->text().size() >= log::kFrameTextBytes) {
        group_->frames.push_back(std::move(frame_));
        frame_ = nullptr;
      }
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
    failed = job.outcomes[i].kind == Outcome::Kind::rejected || job.outcomes[i].kind == Outcome::Kind::unavailable;
    if (frame_ && frame_->text().size() >= log::kFrameTextBytes) {
      group_->frames.push_back(std::move(frame_));
      frame_ = nullptr;
    }
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
  local_days_.erase(local_days_.begin() + static_cast<ptrdiff_t>(std::min(days, local_days_.size())), local_days_.end());
  for (Outcome& outcome : job.outcomes) {
    const bool is_cause = outcome.kind == Outcome::Kind::rejected || !outcome.detail.empty();
    if (!is_cause) {
      outcome = Outcome();
      outcome.kind = Outcome::Kind::undone;
    }
  }
}

std::optional<log::SeenId> Writer::seen(const SeenKey& key, const std::optional<log::SeenId>& in_files, Position looked_through) {
  if (const log::SeenId* found = recent_->find(key)) return *found;
  if (const log::SeenId* found = older_->find(key)) return *found;
  if (in_files) return in_files;
  if (looked_through >= files_must_reach_) return std::nullopt;
  // The files grew since they were asked, and the tables let go of what went there.
  const auto again = parts_.store.find_id(key);
  INVARIANT(again, "the ids that were seen can be read", again ? std::string() : again.error().what);
  return *again;
}

Outcome Writer::outcome_of_seen(const log::SeenId& id, uint64_t check, const RejectionKind& reused, std::string_view pointer) const {
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
    if (!clock_->set(*command.time)) {
      outcome = rejected(common::time_not_settable, "/time", "the server was not started with --clock");
      return;
    }
    now = now_ = *command.time;
  }
  if (const auto why = clock_->suspect()) {
    outcome = unavailable(*why);
    return;
  }

  Context context;
  std::string key;
  if (tenant) {
    context.tenant = *tenant;
    while (local_days_.size() < world.tenants.size()) {
      const auto zone = Zone::find(world.strings[world.tenants[static_cast<uint32_t>(local_days_.size())].zone]);
      INVARIANT(zone, "a tenant's zone is in the IANA database");
      local_days_.emplace_back(*zone);
    }
    context.today = local_days_[tenant->value()](now);
    for (const Expectation& expected : command.expect) {
      const auto account = world.find_account(*tenant, expected.account.text);
      if (!account) {
        outcome = rejected(common::unknown_account, "/expect", fmt::format("account {} was never opened", expected.account.text));
        return;
      }
      if (world.account(*account).version != expected.version.value()) {
        outcome = rejected(common::version_mismatch, "/expect",
                           fmt::format("account {} is at version {}, not {}", expected.account.text,
                                       world.account(*account).version, expected.version));
        return;
      }
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

  const auto* payment = std::get_if<payment::ReceivePayment>(&command.data);
  if (payment) {
    if (const auto id = seen(*prepared.payment_key, prepared.payment_in_files, prepared.looked_through)) {
      const auto amount = to_money(payment->amount, world.currency(*tenant));
      const uint64_t check = amount ? parts_.ids.payment_check(payment->account.text, amount->minor) : 0;
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

void Writer::record(const Prepared& prepared, TenantId tenant, Instant now, const Decision& decision, Outcome& outcome) {
  outcome.kind = Outcome::Kind::recorded;
  outcome.first = shard_.position.next();
  shard_.time = now;
  for (const Event& event : decision) {
    shard_.position = shard_.position.next();
    const uint64_t sequence = tenant.value() < shard_.world.tenants.size() ? shard_.world.tenant(tenant).events + 1 : 1;
    const codec::EventHeader header{.sequence = Sequence(sequence),
                                    .tenant = prepared.command.tenant.text,
                                    .type = {},
                                    .time = now,
                                    .actor = prepared.command.actor.text,
                                    .cause = prepared.command.id.text,
                                    .cause_hash = prepared.cause_hash};
    evolve(shard_.world, event, {.tenant = tenant, .sequence = header.sequence, .position = shard_.position, .time = now});
    log::Frame& frame = open_frame();
    const size_t before = frame.text().size();
    codec::encode_event(frame.writable_text(), header, event);
    const size_t bytes = frame.text().size() - before;
    INVARIANT(bytes <= codec::kLineBytesMax, "the limits of the commands keep a line short", bytes);
    frame.end_line();
    group_bytes_ += bytes + 1;
    outcome.sequence = header.sequence;
    outcome.last = shard_.position;
    add_to_outcome(outcome, event);
  }
  recent_->insert({.key = prepared.id_key, .position = outcome.first, .check = IdHash::check_of(prepared.cause_hash)});
  remembered_in_group_.push_back(prepared.id_key);
  if (const auto* payment = std::get_if<payment::PaymentReceived>(&decision.front())) {
    recent_->insert({.key = *prepared.payment_key,
                     .position = outcome.first,
                     .check = parts_.ids.payment_check(payment->account.text, payment->amount.minor)});
    remembered_in_group_.push_back(*prepared.payment_key);
  }
}

log::Frame& Writer::open_frame() {
  if (!frame_) {
    frame_ = std::make_shared<log::Frame>(shard_.position);
    frame_->writable_text().room(log::kFrameTextBytes + 4096);
  }
  return *frame_;
}

void Writer::hand_over() {
  if (frame_ && frame_->count() > 0) group_->frames.push_back(std::move(frame_));
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
  options_.warn(fmt::format("no commands are accepted any more: {}. Reads go on; free the disk and start again", failure));
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

void Writer::snapshot_if_due() {
  if (snapshot_done_) end_snapshot();
  if (snapshot_ && !snapshot_copied_) step_snapshot();
  if (!snapshot_ && !snapshots_failed_ && stopped_.empty() &&
      shard_.position.value() - last_snapshot_.value() >= options_.snapshot_every_events) {
    start_snapshot();
  }
}

void Writer::start_snapshot() {
  hand_over();  // the snapshot is of what has been handed over, so that it can wait for it to be durable
  if (parts_.committer.failed()) return;
  snapshot_ = std::make_unique<SnapshotWriter>(shard_, parts_.dir.snapshots());
  snapshot_copied_ = false;
  snapshot_done_ = false;
  last_snapshot_ = shard_.position;
  // The ids so far go to the files; they stay in memory until the next time, for look-ups under way.
  files_must_reach_ = parts_.store.ids_through();
  older_ = std::move(recent_);
  recent_ = std::make_shared<SeenTable>();
  snapshot_thread_ = std::thread([this, snapshot = snapshot_.get(), ids = older_] {
    name_this_thread("snapshot");
    const auto write = [&]() -> Result<void> {
      const auto info = snapshot->write();
      if (!info) return std::unexpected(info.error());
      // Nothing derived may be ahead of the log.
      if (!parts_.committer.wait_for_durable(snapshot->position())) return fault("the log stopped");
      if (const auto added = parts_.store.add_ids(ids->all(), snapshot->position()); !added) return added;
      parts_.committer.wait_for_trees(snapshot->position());
      if (const auto saved = parts_.trees.save(); !saved) return saved;
      return snapshot->publish();
    };
    if (const auto written = write(); !written && !parts_.committer.failed()) {
      options_.warn(fmt::format("no snapshots are taken any more: {}", written.error().what));
      snapshots_failed_ = true;
    }
    snapshot_done_ = true;
    std::lock_guard lock(mutex_);
    committer_became_idle_ = true;
    wake_.notify_one();
  });
}

void Writer::step_snapshot() { snapshot_copied_ = snapshot_->step(kSnapshotStepBytes); }

void Writer::end_snapshot() {
  if (!snapshot_) return;
  while (!snapshot_copied_ && stopped_.empty()) step_snapshot();
  snapshot_thread_.join();
  snapshot_.reset();
  snapshot_done_ = false;
}

std::optional<std::string_view> Writer::line_at(Position position, Arena& arena) {
  // Lines of the open frame move when it grows, so they are copied.
  if (frame_ && position >= frame_->first() && position <= shard_.position) return arena.copy(frame_->line(position));
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
  } else if (const auto id = seen(*prepared.payment_key, prepared.payment_in_files, prepared.looked_through)) {
    place = id->position;
  }
  const auto line = place ? line_at(*place, arena) : std::nullopt;
  return line ? entry_in(*line, prepared.command.data, arena) : std::nullopt;
}

}  // namespace provodka::engine
