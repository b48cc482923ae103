#include "projections/runner/runner.h"

#include "ledger/core/thread_name.h"
#include "projections/runner/member.h"
#include "projections/runner/postgres.h"
#include "projections/runner/rebuild.h"

#include <condition_variable>
#include <mutex>
#include <thread>

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWaitForEvents{500};
// After a small batch the next one gathers for so long: the lag is about that, and Postgres has fewer
// commits.
constexpr milliseconds kGather{80};
constexpr size_t kSmallBatch = 5000;
constexpr milliseconds kPauseMin{50}, kPauseMax{5000};
constexpr milliseconds kPauseAway{500};
constexpr milliseconds kPauseUnfit{15'000};  // what does not pass by itself may be mended by somebody
constexpr milliseconds kReportEach{250};
constexpr milliseconds kSayEach{5000};  // that it is there, when nothing is new

}  // namespace

struct Runner::Impl {
  Impl(log::EventSource& source, PersonalData& personal, RunnerOptions options)
      : source(source), personal(personal), options(std::move(options)), feed(source) {}

  log::EventSource& source;
  PersonalData& personal;
  RunnerOptions options;
  Feed feed;
  std::mutex mutex;
  std::condition_variable stopping;
  bool stopped = false;
  std::mutex installing;
  std::string warned_of_postgres, warned_of_source;  // all projections meet these at once
  std::vector<std::thread> threads;

  bool is_stopped() {
    std::lock_guard lock(mutex);
    return stopped;
  }
  // False when it is time to stop.
  bool pause(milliseconds time) {
    std::unique_lock lock(mutex);
    return !stopping.wait_for(lock, time, [&] { return stopped; });
  }

  void warn(const std::string& text) {
    if (options.warn) options.warn(text);
  }
  void warn_once(std::string& warned, const std::string& text) {
    {
      std::lock_guard lock(mutex);
      if (std::exchange(warned, text) == text) return;
    }
    warn(text);
  }
  void is_well(std::string& warned, std::string_view what) {
    {
      std::lock_guard lock(mutex);
      if (std::exchange(warned, {}).empty()) return;
    }
    warn(fmt::format("{} again", what));
  }

  void install_all(pqxx::connection& connection) {
    std::lock_guard lock(installing);
    install(connection, options.kinds);
  }

  void run(const ProjectionKind& kind);
  bool follow(const ProjectionKind& kind);
  void report();
};

// Until it is time to stop (false) or the tables were moved by somebody else (true).
bool Runner::Impl::follow(const ProjectionKind& kind) {
  const auto connection = connect(options.postgres, fmt::format("provodka {}", kind.name));
  install_all(*connection);
  std::optional<Progress> progress;
  {
    pqxx::work transaction(*connection);
    if (std::string_view(transaction.exec("SHOW transaction_read_only")[0][0].c_str()) == "on")
      throw pqxx::sql_error("cannot write in a read-only transaction", "", "25006");
    is_well(warned_of_postgres, "Postgres is there");
    progress = progress_of(transaction, kind, Slot::live, false);
  }
  if (progress && progress->fingerprint != fingerprint_of(kind)) {
    warn(fmt::format("{}: its tables are of another version and are filled anew", kind.name));
    const auto rebuilt = rebuild_on(*connection, kind, options.kinds, feed, personal, options.postgres,
                                    [&](const RebuildProgress&) { return !is_stopped(); });
    if (!rebuilt && !is_stopped()) throw Unfit(rebuilt.error().what);
    return !is_stopped();
  }
  Member member(kind, Slot::live, feed, personal, *connection);
  member.open();
  const std::string well_read = source.name() + " is read";
  while (!is_stopped()) {
    try {
      const auto events = member.advance(kWaitForEvents);
      if (!events) throw Unfit(events.error().what);
      is_well(warned_of_source, well_read);
      if (*events > 0 && *events < kSmallBatch && !pause(kGather)) break;
    } catch (const SourceAway& away) {
      warn_once(warned_of_source, away.what());
      pause(kPauseAway);
    }
  }
  return false;
}

void Runner::Impl::run(const ProjectionKind& kind) {
  name_this_thread(fmt::format("p:{}", kind.name).substr(0, 15).c_str());
  milliseconds wait = kPauseMin;
  std::string warned_of;
  for (;;) {
    const auto began = std::chrono::steady_clock::now();
    milliseconds rest = kPauseMin;
    try {
      if (!follow(kind)) return;
    } catch (const Overtaken&) {
    } catch (const SourceAway& away) {
      warn_once(warned_of_source, away.what());
      rest = kPauseAway;
    } catch (const std::exception& exception) {
      const Trouble trouble = trouble_of(exception);
      if (trouble.passes) {
        warn_once(warned_of_postgres, trouble.what);
      } else {
        if (std::exchange(warned_of, trouble.what) != trouble.what)
          warn(fmt::format("the projection {} stops: {}", kind.name, trouble.what));
        try {
          note_failure(*connect(options.postgres, "provodka failure"), kind, trouble.what);
        } catch (const std::exception&) {
          // It says so above, and stays where it is.
        }
      }
      if (std::chrono::steady_clock::now() - began > kPauseMax) wait = kPauseMin;
      rest = trouble.passes ? wait : kPauseUnfit;
      wait = std::min(wait * 2, kPauseMax);
    }
    if (!pause(rest)) return;
  }
}

// Tells Postgres how far the log is, so that the lag can be seen there also of a projection that stands
// still, and that it is there.
void Runner::Impl::report() {
  name_this_thread("p:report");
  Position told;
  std::chrono::steady_clock::time_point told_at{};
  std::unique_ptr<pqxx::connection> connection;
  do {
    const Position last = source.last();
    const auto now = std::chrono::steady_clock::now();
    if (last == told && now - told_at < kSayEach) continue;
    try {
      if (!connection) {
        connection = connect(options.postgres, "provodka report");
        install_all(*connection);
      }
      pqxx::work transaction(*connection);
      transaction.exec(fmt::format(
          "INSERT INTO provodka_runner.source (position) VALUES ({0}) ON CONFLICT (one) DO UPDATE SET "
          "position = {0}, updated = clock_timestamp()",
          last));
      transaction.commit();
      told = last;
      told_at = now;
    } catch (const std::exception&) {
      connection.reset();  // the projections say what is wrong
    }
  } while (pause(kReportEach));
}

Runner::Runner(log::EventSource& source, PersonalData& personal, RunnerOptions options)
    : impl_(std::make_unique<Impl>(source, personal, std::move(options))) {
  for (const ProjectionKind& kind : impl_->options.kinds)
    impl_->threads.emplace_back([this, &kind] { impl_->run(kind); });
  impl_->threads.emplace_back([this] { impl_->report(); });
}

Runner::~Runner() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopped = true;
    impl_->stopping.notify_all();
  }
  impl_->source.stop();
  for (std::thread& thread : impl_->threads) thread.join();
}

}  // namespace provodka::projections
