#include "commands/http/stream_endpoint.h"

#include "commands/http/event_reader.h"
#include "ledger/codec/event_codec.h"
#include "ledger/codec/json_out.h"

#include <charconv>

namespace provodka::http {
namespace {

constexpr size_t kPieceBytes = 64 << 10;
constexpr auto kHeartbeat = std::chrono::seconds(15);

void write_event(Buffer& out, Sequence sequence, std::string_view line, Arena& arena) {
  arena.clear();
  const auto header = codec::decode_header(line, arena);
  out.append("id: ");
  codec::write(out, sequence);
  out.append("\nevent: ");
  out.append(header ? header->type : "event");
  out.append("\ndata: ");
  out.append(line);
  out.append("\n\n");
}

bool resume_after(Session& session, uint64_t& after) {
  const auto& last = session.request().last_event_id;
  if (!last || last->empty()) return true;
  const char* const end = last->data() + last->size();
  const auto [past, error] = std::from_chars(last->data(), end, after);
  if (error == std::errc() && past == end && after <= INT64_MAX) return true;
  session.answer(
      Problem(problems::invalid_header, "Last-Event-ID is the sequence of the last event that was taken"));
  return false;
}

}  // namespace

Task<> stream_events(Session& session, const std::string& tenant, uint64_t after, uint64_t limit) {
  if (!resume_after(session, after)) co_return;
  Worker& worker = session.worker();
  const Following following(session);
  EventReader reader(session.house().engine, tenant, Sequence(after + 1));
  Arena arena;
  session.begin_stream(200, "text/event-stream", "Cache-Control: no-store\r\n");
  auto last_sent = worker.now();
  while (!session.is_head()) {
    Buffer& piece = session.piece();
    const size_t before = piece.size();
    bool more = true;
    while (more && limit > 0 && piece.size() - before < kPieceBytes) {
      const auto read = reader.read(limit, [&](Sequence sequence, std::string_view line) {
        write_event(piece, sequence, line, arena);
        --limit;
      });
      if (!read) {
        // Events are never left out: the stream ends here, and ends here again when the client comes back.
        static_cast<void>(session.house().fault(problems::log_damaged, read.error().what));
        const bool sent = co_await session.send_piece();
        if (sent) session.cut();
        co_return;
      }
      more = *read;
    }
    if (piece.size() == before && worker.now() - last_sent >= kHeartbeat) piece.append(":\n\n");
    if (piece.size() != before) last_sent = worker.now();
    const bool sent = co_await session.send_piece();
    if (!sent) co_return;
    if (limit == 0 || worker.stopping()) break;
    if (more) continue;
    co_await session.idle_in_stream();
    if (session.gone()) co_return;
  }
  co_await session.end_stream();
}

}  // namespace provodka::http
