#include "ledger/engine/replay.h"

#include "ledger/log/data_dir.h"
#include "tools/provodka/bench/bench.h"

namespace provodka::tools {

BenchResult bench_replay(const BenchOptions& options) {
  const BenchDir dir(options.dir);
  {
    Workload workload(options.accounts, Workload::Kind::mixed);
    auto engine = engine_with_accounts(dir.path(), options.accounts, workload);
    for (uint64_t done = 0; done < options.events; done += options.batch) {
      run_job(*engine, workload.next(std::min(options.batch, options.events - done)));
    }
  }
  const auto data = log::DataDir::look(dir.path());
  if (!data) throw std::runtime_error(data.error().what);
  const auto log = log::EventLog::open(data->log(), log::EventLog::Mode::reader);
  if (!log) throw std::runtime_error(log.error().what);

  // The floor: reading and decompressing alone.
  auto start = BenchClock::now();
  uint64_t bytes = 0;
  (*log)->scan(
      Position(1), (*log)->last(),
      [&](const log::FramePtr& frame) {
        bytes += frame->text().size();
        return true;
      },
      [](const auto& damage) { throw std::runtime_error(damage.reason); });
  const auto events = static_cast<double>((*log)->last().value());
  const double floor = events / seconds_since(start);

  engine::Shard shard;
  start = BenchClock::now();
  engine::replay(
      **log, {.from = Position(1), .through = (*log)->last()},
      [&](engine::DecodedFrame& frame) {
        uint64_t at = frame.frame->first().value();
        for (const auto& event : frame.events) shard.apply(Position(at++), event);
        return true;
      },
      [](const auto& damage) { throw std::runtime_error(damage.reason); });
  BenchResult result{.bench = "replay",
                     .rate = events / seconds_since(start),
                     .unit = "events/s",
                     .floor = floor,
                     .floor_is = "reading and decompressing the frames in one thread"};
  result.add("events", (*log)->last().value());
  result.add("accounts", uint64_t{shard.world.accounts.size()});
  result.add("raw_bytes_per_event", static_cast<double>(bytes) / events);
  return result;
}

}  // namespace provodka::tools
