#include "adapters/device_agent/status.h"

#include "ledger/codec/json_out.h"

#include <fmt/format.h>

namespace provodka::device_agent {
namespace {

void member(Buffer& out, std::string_view name, std::string_view text) {
  codec::write_escaped(out, name);
  out.push_back(':');
  codec::write_escaped(out, text);
  out.push_back(',');
}

void member(Buffer& out, std::string_view name, uint64_t number) {
  codec::write_escaped(out, name);
  out.push_back(':');
  codec::write(out, number);
  out.push_back(',');
}

void member(Buffer& out, std::string_view name, WallClock::time_point time) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch());
  member(out, name, static_cast<uint64_t>(ms.count()));
}

}  // namespace

std::string to_json(std::span<const DeviceStatus> devices, const std::string& log, uint64_t reports_waiting,
                    WallClock::time_point now) {
  Buffer out;
  out.push_back('{');
  member(out, "written_ms", now);
  member(out, "log", log);
  member(out, "reports_waiting", reports_waiting);
  out.append("\"devices\":[");
  for (const DeviceStatus& status : devices) {
    out.append(out.back() == '[' ? "\n{" : ",\n{");
    member(out, "tenant", status.tenant);
    member(out, "device", status.device);
    member(out, "address", status.address);
    member(out, "state", status.state);
    member(out, "detail", status.detail);
    member(out, "points", status.points);
    member(out, "behind", status.behind);
    if (status.answer_ms) member(out, "answer_ms", *status.answer_ms);
    member(out, "reconciles", status.reconciles);
    if (status.retry) member(out, "retry_ms", *status.retry);
    member(out, "since_ms", status.since);
    out.back() = '}';
  }
  out.append("]}\n");
  return std::string(out.view());
}

}  // namespace provodka::device_agent
