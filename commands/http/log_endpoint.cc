#include "commands/http/log_endpoint.h"

#include "commands/http/query.h"

#include <fmt/format.h>

namespace provodka::http {
namespace {

constexpr uint64_t kWaitSecondsMax = 30;

// The lines from `first` on, up to `durable` or to about a frame's worth. What is damaged ends them; it is a
// fault where there are none before it.
Result<Position> gather(const engine::Engine& engine, Position first, Position durable, Buffer& lines) {
  Position next = first;
  while (next <= durable && lines.size() < log::kFrameTextBytes) {
    const auto frame = engine.frame_at(next);
    if (!frame) {
      if (next == first) return std::unexpected(frame.error());
      break;
    }
    const Position last = std::min((*frame)->last(), durable);
    for (; next <= last && lines.size() < log::kFrameTextBytes; next = next.next()) {
      lines.append((*frame)->line(next));
      lines.push_back('\n');
    }
  }
  return Position(next.value() - 1);
}

// Waits until there is something behind a position, at most as long as the client asked for.
Task<> wait_for_lines(Session& session, Position after, std::chrono::seconds most) {
  const auto until = std::chrono::steady_clock::now() + most;
  const Following following(session);
  while (session.house().engine.durable() <= after && !session.worker().stopping() && !session.gone() &&
         std::chrono::steady_clock::now() < until) {
    co_await session.idle_in_stream();
  }
}

}  // namespace

Task<> get_log(Session& session) {
  uint64_t after = 0, wait_s = 0;
  if (!number_of(session, "after", 0, INT64_MAX, after) ||
      !number_of(session, "wait", 0, kWaitSecondsMax, wait_s))
    co_return;
  const engine::Engine& engine = session.house().engine;
  if (wait_s > 0 && engine.durable().value() <= after)
    co_await wait_for_lines(session, Position(after), std::chrono::seconds(wait_s));
  if (session.gone()) co_return;

  const Position durable = engine.durable();
  std::string headers = fmt::format("Cache-Control: no-store\r\nProvodka-Durable: {}\r\n", durable.value());
  if (durable.value() <= after) {
    session.answer_nothing(headers);
    co_return;
  }
  const Position first(after + 1);
  Buffer lines;
  const auto last = gather(engine, first, durable, lines);
  if (!last) {
    session.answer(session.house().fault(problems::log_damaged, last.error().what));
    co_return;
  }
  headers += fmt::format("Provodka-First: {}\r\nProvodka-Last: {}\r\n", first.value(), last->value());
  session.begin(200, "application/x-ndjson", headers).append(lines.view());
  session.end();
}

}  // namespace provodka::http
