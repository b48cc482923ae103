#include "ledger/engine/engine.h"

#include "ledger/engine/named_entry.h"
#include "ledger/engine/outcome.h"
#include "ledger/engine/recovery.h"
#include "ledger/engine/scrub.h"
#include "ledger/engine/sealing.h"
#include "ledger/engine/writer.h"
#include "ledger/log/data_dir.h"
#include "ledger/process/settle.h"

#include <array>
#include <mutex>

#include <fmt/format.h>

namespace provodka::engine {

namespace {

// The frames that were last read from the disk: who asks for one line often asks for its neighbour next, and
// a frame costs far more to read than a line.
class FrameCache {
 public:
  log::FramePtr find(Position position) {
    std::lock_guard lock(mutex_);
    for (const auto& frame : frames_) {
      if (frame && frame->first() <= position && position <= frame->last()) return frame;
    }
    return nullptr;
  }
  void put(log::FramePtr frame) {
    std::lock_guard lock(mutex_);
    frames_[next_++ % frames_.size()] = std::move(frame);
  }

 private:
  std::mutex mutex_;
  std::array<log::FramePtr, 16> frames_;
  size_t next_ = 0;
};

}  // namespace

struct Engine::Impl {
  EngineOptions options;
  log::DataDir dir;
  std::unique_ptr<log::EventLog> log;
  log::Vault vault;
  std::unique_ptr<log::SubscriberKeys> subscriber_keys;
  IdHash ids;
  Recovered recovered;
  log::Tail tail;
  FrameCache recently_read;
  std::unique_ptr<Committer> committer;
  std::unique_ptr<Writer> writer;
  std::unique_ptr<Scrub> scrub;

  Impl(EngineOptions o, log::DataDir d, std::unique_ptr<log::EventLog> l, log::Vault v)
      : options(std::move(o)),
        dir(std::move(d)),
        log(std::move(l)),
        vault(std::move(v)),
        ids(vault.hash_key()),
        tail(options.tail_bytes) {}

  ~Impl() {
    scrub.reset();
    writer.reset();
    committer.reset();
  }
};

Engine::Engine(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::open(EngineOptions options) {
  if (!options.warn) options.warn = [](const std::string&) {};
  auto dir = log::DataDir::own(options.data);
  if (!dir) return std::unexpected(dir.error());
  // First without changing anything: what is refused is left as it was found.
  const auto end = log::EventLog::examine(dir->log());
  if (!end) return std::unexpected(end.error());
  if (const auto checked = check_head(*dir, *end); !checked) return std::unexpected(checked.error());
  auto log = log::EventLog::open(dir->log(), log::EventLog::Mode::owner);
  if (!log) return std::unexpected(log.error());
  auto vault = log::Vault::open(dir->vault(), (*log)->last() == Position());
  if (!vault) return std::unexpected(vault.error());
  auto impl = std::make_unique<Impl>(std::move(options), std::move(*dir), std::move(*log), std::move(*vault));
  auto recovered = recover(impl->dir, *impl->log, impl->ids, impl->options.warn);
  if (!recovered) return std::unexpected(recovered.error());
  impl->recovered = std::move(*recovered);
  auto keys = open_keys(impl->dir, impl->recovered.shard.world, impl->options.warn);
  if (!keys) return std::unexpected(keys.error());
  impl->subscriber_keys = std::move(*keys);

  if (!impl->options.clock)
    impl->options.clock = std::make_unique<SystemClock>(impl->options.clock_jump_limit_s);
  const int64_t behind_s = micros_between(impl->options.clock->now(), impl->recovered.shard.time) / 1'000'000;
  if (behind_s > impl->options.clock_jump_limit_s && !impl->options.confirm_clock) {
    return refusal(
        "the clock stands {} s behind the log's last event of {}: set it right, or start with "
        "--confirm-clock",
        behind_s, impl->recovered.shard.time.to_string());
  }
  const bool is_first_head = !log::HeadFile::exists(impl->dir.head());
  auto head_file = log::HeadFile::open(impl->dir.head());
  if (!head_file) return std::unexpected(head_file.error());
  if (is_first_head) {  // it must be there before the first event is
    const auto written = head_file->write({});
    if (!written) return std::unexpected(written.error());
  }
  impl->committer = std::make_unique<Committer>(
      *impl->log, *impl->recovered.trees, std::move(*head_file), impl->options.warn,
      [keys = impl->subscriber_keys.get()] { return keys->sync(); });
  impl->writer = std::make_unique<Writer>(
      Writer::Parts{impl->dir, *impl->log, *impl->recovered.store, *impl->recovered.trees, impl->vault,
                    *impl->subscriber_keys, impl->tail, *impl->committer, impl->ids},
      impl->options, impl->recovered);
  impl->scrub = std::make_unique<Scrub>(
      *impl->log, *impl->recovered.store,
      [committer = impl->committer.get()] { return committer->durable(); },
      impl->options.scrub_bytes_per_second, impl->options.warn);
  return std::unique_ptr<Engine>(new Engine(std::move(impl)));
}

Result<void> Engine::prepare(Prepared& prepared) {
  const Command& command = prepared.command;
  static thread_local Buffer scratch;
  prepared.cause_hash = impl_->ids.cause(command, scratch);
  prepared.id_key = impl_->ids.command_id(command.tenant.text, command.id.text);
  if (const auto payment = payment_named_by(command.data)) {
    prepared.payment_key = impl_->ids.payment(command.tenant.text, payment->provider, payment->external_id);
  }
  const log::DerivedStore& store = *impl_->recovered.store;
  prepared.looked_through = store.ids_through();
  const auto id = store.find_id(prepared.id_key);
  if (!id) return std::unexpected(id.error());
  prepared.id_in_files = *id;
  if (prepared.payment_key) {
    const auto payment = store.find_id(*prepared.payment_key);
    if (!payment) return std::unexpected(payment.error());
    prepared.payment_in_files = *payment;
  }
  if (!names_entry(command.data)) return {};

  // An old entry is fetched here, so that the writer need not read the disk for it.
  std::optional<Position> place;
  if (prepared.payment_key) {
    if (prepared.payment_in_files) place = prepared.payment_in_files->position;
  } else if (const auto found =
                 place_of(command.tenant.text, std::get<charge::ReverseCharge>(command.data).charge)) {
    place = *found;
  }
  if (!place) return {};
  const auto frame = frame_at(*place);
  if (!frame) return std::unexpected(frame.error());
  auto arena = std::make_shared<Arena>();
  prepared.named = entry_in((*frame)->line(*place), command.data, *arena);
  if (prepared.named) {
    prepared.named->frame = *frame;
    prepared.named->arena = std::move(arena);
  }
  return {};
}

void Engine::submit(std::unique_ptr<Job> job) { impl_->writer->submit(std::move(job)); }

void Engine::read(Look look, Done done) {
  impl_->writer->read([look = std::move(look)](World& world, Position position,
                                               Instant now) mutable { look(world, position, now); },
                      std::move(done));
}

void Engine::try_out(Trial trial, Done done) {
  impl_->writer->read(
      [trial = std::move(trial)](World& world, Position, Instant now) mutable { trial(world, now); },
      std::move(done));
}

Result<Outcome> Engine::first_answer(Position first, Arena& arena) const {
  Outcome outcome;
  outcome.kind = Outcome::Kind::repeated;
  outcome.first = first;
  std::string cause, tenant;
  for (Position at = first; at <= durable(); at = at.next()) {
    const auto frame = frame_at(at);
    if (!frame) return std::unexpected(frame.error());
    codec::DecodedEvent event;
    const auto decoded = codec::decode_event(arena.copy((*frame)->line(at)), arena, event);
    if (!decoded) return fault("position {}: {}", at, decoded.error().what);
    if (at == first) {
      cause = event.header.cause;
      tenant = event.header.tenant;
    } else if (event.header.cause != cause || event.header.tenant != tenant) {
      break;
    }
    outcome.sequence = event.header.sequence;
    outcome.last = at;
    add_to_outcome(outcome, event.event);
  }
  return outcome;
}

Result<log::FramePtr> Engine::frame_at(Position position) const {
  if (auto frame = impl_->tail.find(position)) return frame;
  if (auto frame = impl_->recently_read.find(position)) return frame;
  auto frame = impl_->log->frame_at(position);
  if (frame) impl_->recently_read.put(*frame);
  return frame;
}

Position Engine::durable() const { return impl_->committer->durable(); }
void Engine::on_durable(std::function<void(Position)> listener) {
  impl_->committer->on_durable(std::move(listener));
}

const log::Trees& Engine::trees() const { return *impl_->recovered.trees; }

Result<std::optional<Position>> Engine::place_of(std::string_view tenant, Sequence sequence) const {
  return impl_->recovered.trees->place_of(tenant, sequence);
}

log::Vault& Engine::vault() { return impl_->vault; }
const log::SubscriberKeys& Engine::subscriber_keys() const { return *impl_->subscriber_keys; }

Health Engine::health() const {
  return {.durable = durable(),
          .tree = impl_->recovered.trees->position(),
          .stopped = impl_->writer->stopped(),
          .damage = impl_->scrub->damage()};
}

uint64_t Engine::stored_bytes_written() const { return impl_->log->stored_bytes_written(); }
uint64_t Engine::text_bytes_written() const { return impl_->log->text_bytes_written(); }

Money needed(const World& world, AccountId account, Instant now) {
  Context context;
  context.tenant = TenantId(world.account(account).tenant);
  context.now = now;
  context.today = world.zone(context.tenant).local_date(now);
  return process::needed(world, context, account);
}

}  // namespace provodka::engine
