#include "adapters/device_agent/reports.h"

#include "ledger/codec/json_out.h"

#include <algorithm>
#include <mutex>

#include <boost/asio/post.hpp>
#include <simdjson.h>

namespace provodka::device_agent {
namespace {

namespace asio = routeros::asio;
using routeros::milliseconds;

constexpr size_t kWaitingMax = 100'000;
constexpr size_t kTogether = 1'000;
constexpr milliseconds kPauseMin{100}, kPauseMax{5'000};
constexpr size_t kDetailBytesMax = 200;

uint64_t fnv1a(std::string_view text, uint64_t hash = 14695981039346656037u) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211u;
  return hash;
}

}  // namespace

std::string detail_of(std::string_view text) {
  std::string detail(text.substr(0, kDetailBytesMax + 1));
  if (detail.size() > kDetailBytesMax) {
    size_t end = kDetailBytesMax;
    while (end > 0 && (static_cast<unsigned char>(detail[end]) & 0xc0) == 0x80) --end;
    detail.resize(end);
  }
  const bool valid = simdjson::validate_utf8(detail.data(), detail.size());
  for (char& c : detail) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !valid)) c = '?';
  }
  return detail;
}

std::string report_id(std::string_view device, std::string_view point, uint32_t version, uint32_t n,
                      access::Outcome outcome) {
  const std::string end = fmt::format("{}/{}-{}", version, n, enum_name(outcome));
  std::string id = fmt::format("agent/{}/{}/{}", device, point, end);
  if (id.size() > command_id_bytes_max)
    id = fmt::format("agent/{:016x}{:016x}/{}", fnv1a(device), fnv1a(point), end);
  return id;
}

struct Reports::Door {
  std::mutex mutex;
  Reports* reports;  // null: it is gone
};

Reports::Reports(asio::io_context& context, const Wanted& wanted, CommandSink& sink,
                 std::function<void(std::string)> warn)
    : context_(context),
      wanted_(wanted),
      sink_(sink),
      warn_(std::move(warn)),
      door_(std::make_shared<Door>()),
      pause_timer_(context.get_executor()) {
  door_->reports = this;
}

Reports::~Reports() { stop(); }

void Reports::stop() {
  stopped_ = true;
  pause_timer_.cancel();
  const std::lock_guard lock(door_->mutex);
  door_->reports = nullptr;
}

void Reports::clear() {
  waiting_.clear();
  order_.clear();
  under_way_.clear();
  sent_.clear();
  ++generation_;
}

const RouterResult* Reports::newest(PointId point) const {
  if (const auto found = waiting_.find(point.value()); found != waiting_.end()) return &found->second.result;
  if (const auto found = under_way_.find(point.value()); found != under_way_.end()) return &found->second;
  return nullptr;
}

bool Reports::is_known_done(PointId id, DeviceId device) const {
  const AccessPoint& point = wanted_.point(id);
  if (const RouterResult* result = newest(id)) {
    return result->version == point.version && result->device == device &&
           result->outcome != access::Outcome::failed;
  }
  return point.reported.count > 0 && point.reported.device == device &&
         point.reported.outcome != access::Outcome::failed;
}

void Reports::add(PointId id, RouterResult result) {
  const AccessPoint& point = wanted_.point(id);
  if (result.outcome == access::Outcome::failed) {
    // A failure that was told is not told again each time it is tried again.
    const RouterResult* last = newest(id);
    const bool same_on_way = last && last->version == result.version && last->device == result.device &&
                             last->outcome == result.outcome && last->detail == result.detail;
    const Reported& logged = point.reported;
    const bool same_in_log = !last && logged.count > 0 && logged.outcome == result.outcome &&
                             logged.device == result.device && logged.detail == result.detail;
    if (same_on_way || same_in_log) return;
  }
  if (waiting_.size() >= kWaitingMax && !waiting_.contains(id.value())) return;
  const uint32_t before = point.version == result.version ? point.reported.count : 0;
  Made made{.result = std::move(result), .id = {}};
  made.id = report_id(wanted_.device(made.result.device).name, point.name(), made.result.version, before,
                      made.result.outcome);
  if (waiting_.insert_or_assign(id.value(), std::move(made)).second) order_.push_back(id.value());
  send();
}

std::string Reports::command_of(uint32_t number, const Made& made) const {
  const RouterResult& result = made.result;
  const AccessPoint& point = wanted_.point(PointId(number));
  const Device& device = wanted_.device(result.device);
  access::ReportAccess report{.point = {point.name()},
                              .version = result.version,
                              .device = {device.name},
                              .outcome = result.outcome,
                              .ms = result.ms,
                              .detail = {}};
  if (!result.detail.empty()) report.detail = Reason{result.detail};
  Buffer out;
  out.append(R"({"type":"access.report","id":)");
  codec::write_escaped(out, made.id);
  out.append(R"(,"tenant":)");
  codec::write_escaped(out, device.tenant);
  out.append(R"(,"data":)");
  codec::write(out, report);
  out.push_back('}');
  return std::string(out.view());
}

void Reports::send() {
  if (sending_ || stopped_ || order_.empty() || pausing_) return;
  std::vector<std::string> commands;
  sent_.clear();
  while (!order_.empty() && commands.size() < kTogether) {
    const uint32_t point = order_.front();
    order_.pop_front();
    const auto found = waiting_.find(point);
    commands.push_back(command_of(point, found->second));
    under_way_.insert_or_assign(point, found->second.result);
    sent_.push_back({point, std::move(found->second)});
    waiting_.erase(found);
  }
  sending_ = true;
  sink_.post(std::move(commands),
             [door = door_, generation = generation_](std::vector<Reception> receptions, Result<void> rest) {
               const std::lock_guard lock(door->mutex);
               if (!door->reports) return;
               asio::post(door->reports->context_, [door, generation, receptions = std::move(receptions),
                                                    rest = std::move(rest)]() mutable {
                 // On the thread that closes the door, so what is open stays so.
                 if (!door->reports) return;
                 door->reports->sending_ = false;
                 if (door->reports->generation_ == generation)
                   door->reports->answered(std::move(receptions), std::move(rest));
                 door->reports->send();
               });
             });
}

void Reports::answered(std::vector<Reception> receptions, Result<void> rest) {
  std::string why = rest ? std::string() : rest.error().what;
  const size_t answers = std::min(receptions.size(), sent_.size());
  std::vector<Sent> again;
  for (size_t i = 0; i < sent_.size(); ++i) {
    if (i >= answers || receptions[i].is_transient()) {
      if (i < answers) why = fmt::format("{} {}", receptions[i].code, receptions[i].detail);
      again.push_back(std::move(sent_[i]));
    } else if (!receptions[i].is_recorded()) {
      refused(sent_[i], receptions[i]);
    }
  }
  sent_.clear();
  for (Sent& one : again) {
    // Something newer may wait by now.
    if (waiting_.try_emplace(one.point, std::move(one.made)).second) order_.push_back(one.point);
  }
  if (!again.empty() || !rest) return send_again_later(std::move(why));
  if (away_) warn_("results of routers are recorded again");
  away_ = false;
  pause_ = milliseconds(0);
}

void Reports::refused(const Sent& sent, const Reception& reception) {
  under_way_.erase(sent.point);
  // An agent that was killed has told the same; the point has moved on; the device is gone.
  static constexpr std::string_view expected[] = {"command_id_reused", "report_out_of_date", "unknown_device",
                                                  "device_retired"};
  if (std::ranges::find(expected, reception.code) != std::end(expected)) return;
  warn_(fmt::format("the result of {} was not recorded: {} {} {}", wanted_.point(PointId(sent.point)).tag,
                    reception.status, reception.code, reception.detail));
}

void Reports::send_again_later(std::string why) {
  if (!away_) warn_(fmt::format("results of routers wait, since they cannot be recorded now: {}", why));
  away_ = true;
  pause_ = std::clamp(pause_ * 2, kPauseMin, kPauseMax);
  pause_timer_.expires_after(pause_);
  pause_timer_.async_wait([door = door_](const routeros::error_code& ec) {
    if (ec || !door->reports) return;
    Reports& self = *door->reports;
    self.pausing_ = false;
    self.send();
  });
  pausing_ = true;
}

}  // namespace provodka::device_agent
