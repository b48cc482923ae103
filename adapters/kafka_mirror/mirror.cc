#include "adapters/kafka_mirror/mirror.h"

#include "adapters/kafka_mirror/session.h"
#include "ledger/core/thread_name.h"

#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>

namespace provodka::kafka {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWaitForEvents{100};
// The broker is busy with a commit for a moment after it has acknowledged it, and a transaction that begins
// in that moment is sent away for 20 ms. So after a small one the next gathers a little first.
constexpr milliseconds kGather{5};
constexpr uint64_t kSmallBatch = 2'000;
constexpr milliseconds kPauseMin{100}, kPauseMax{5'000};
constexpr milliseconds kPauseRefused{15'000};  // what does not pass by itself may be mended by somebody
// The mirror that fenced this one needs a moment to write its name, and a busy broker makes that longer.
constexpr milliseconds kPauseFenced{1'000};
constexpr int kLooksFenced = 10;

constexpr const char* kFenced =
    "its transactional id was used by somebody else, or the broker gave its transaction up";

std::string random_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

std::string_view name_of(MirrorState state) {
  switch (state) {
    case MirrorState::connecting:
      return "connecting";
    case MirrorState::mirroring:
      return "mirroring";
    case MirrorState::waiting:
      return "waiting";
    case MirrorState::refused:
      return "refused";
    case MirrorState::fenced:
      return "fenced";
  }
  return "";
}

struct Mirror::Impl {
  Impl(log::EventSource& source_, MirrorOptions options_) : source(source_), options(std::move(options_)) {}

  log::EventSource& source;
  const MirrorOptions options;
  const std::string mirror = random_name();
  mutable std::mutex mutex;
  std::condition_variable stopping;
  bool stopped = false;
  MirrorProgress now;
  std::thread thread;

  bool go_on() {
    std::lock_guard lock(mutex);
    return !stopped;
  }
  // False when it is time to stop.
  bool pause(milliseconds time) {
    std::unique_lock lock(mutex);
    return !stopping.wait_for(lock, time, [&] { return stopped; });
  }

  void tell(MirrorState state, Position position, const std::string& error);
  MirrorState state() {
    std::lock_guard lock(mutex);
    return now.state;
  }
  void follow(Session&);
  bool is_replaced(const Session&);
  void run();
};

// Trouble is told once, until it is another or over.
void Mirror::Impl::tell(MirrorState state, Position position, const std::string& error) {
  MirrorProgress told;
  std::string before;
  {
    std::lock_guard lock(mutex);
    before = std::exchange(now.error, error);
    now.state = state;
    now.position = std::max(now.position, position);
    now.last = std::max(source.last(), now.position);
    told = now;
  }
  if (options.warn && !error.empty() && error != before)
    options.warn(fmt::format("the mirror to Kafka {}: {}", name_of(state), error));
  if (options.warn && error.empty() && !before.empty() && state == MirrorState::mirroring)
    options.warn(fmt::format("the mirror to Kafka goes on at position {}", told.position));
  if (options.on_progress) options.on_progress(told);
}

// Until something goes wrong or it is time to stop.
void Mirror::Impl::follow(Session& session) {
  const auto trouble = [&](const Fault& fault) {
    if (!go_on()) return;
    if (session.is_fenced()) return tell(MirrorState::waiting, session.position(), kFenced);
    tell(fault.refused ? MirrorState::refused : MirrorState::waiting, session.position(), fault.what);
  };
  if (const auto opened = session.open(); !opened) return trouble(opened.error());
  tell(MirrorState::mirroring, session.position(), "");
  while (go_on()) {
    const auto events = session.advance(kWaitForEvents);
    if (!events) return trouble(events.error());
    if (*events > 0) tell(MirrorState::mirroring, session.position(), "");
    if (*events > 0 && *events < kSmallBatch && !pause(kGather)) break;
  }
}

// Whether it was another mirror that fenced the session. The broker does so too, with a transaction that it
// gave up; then nobody else has written a position, and this mirror may go on.
bool Mirror::Impl::is_replaced(const Session& session) {
  for (int looks = 0; looks < kLooksFenced && pause(kPauseFenced);) {
    const auto stored = read_position(cluster_of(options), TopicNames(options.prefix).position);
    if (!stored && stored.error().refused) return false;
    if (!stored) continue;
    if (*stored && (*stored)->mirror != mirror && (*stored)->mirror != session.predecessor()) return true;
    ++looks;
  }
  return false;
}

void Mirror::Impl::run() {
  name_this_thread("kafka mirror");
  milliseconds wait = kPauseMin;
  for (;;) {
    const auto began = std::chrono::steady_clock::now();
    {
      Session session(
          source, options, mirror, [this] { return go_on(); },
          [this](const std::string& why) { tell(MirrorState::waiting, Position(), why); });
      follow(session);
      if (session.is_fenced() && is_replaced(session)) {
        return tell(
            MirrorState::fenced, session.position(),
            fmt::format("another mirror has taken over the topics {}.*: this one has ended", options.prefix));
      }
    }
    if (std::chrono::steady_clock::now() - began > kPauseMax) wait = kPauseMin;
    const bool refused = state() == MirrorState::refused;
    if (!pause(refused ? kPauseRefused : wait)) return;
    wait = std::min(wait * 2, kPauseMax);
  }
}

Mirror::Mirror(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Mirror::~Mirror() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopped = true;
    impl_->stopping.notify_all();
  }
  impl_->thread.join();
}

Result<std::unique_ptr<Mirror>> Mirror::start(log::EventSource& source, MirrorOptions options) {
  if (options.brokers.empty()) return refusal("Kafka's brokers are not named: HOST:PORT is expected");
  if (options.partitions < 1 || options.replication < 1)
    return refusal("a topic has at least one partition and one replica");
  if (const auto fits = Session::check(options); !fits) return std::unexpected(fits.error());
  std::unique_ptr<Mirror> mirror(new Mirror(std::make_unique<Impl>(source, std::move(options))));
  mirror->impl_->thread = std::thread([impl = mirror->impl_.get()] { impl->run(); });
  return mirror;
}

MirrorProgress Mirror::progress() const {
  std::lock_guard lock(impl_->mutex);
  MirrorProgress progress = impl_->now;
  progress.last = std::max(impl_->source.last(), progress.position);
  return progress;
}

Result<Position> mirrored_position(const MirrorOptions& options) {
  const auto stored = read_position(cluster_of(options), TopicNames(options.prefix).position);
  if (!stored) return std::unexpected(stored.error());
  if (!*stored) return refusal("nothing was mirrored to the topics {}.* yet", options.prefix);
  return (*stored)->position;
}

}  // namespace provodka::kafka
