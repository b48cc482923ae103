#include "adapters/device_agent/status.h"
#include "ledger/engine/replay.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/terminal.h"
#include "tools/provodka/wanted_reader.h"

#include <chrono>
#include <ctime>
#include <map>

#include <simdjson.h>

namespace provodka::tools {

namespace {

using device_agent::WallClock;

// An agent that lives writes more often.
constexpr uint64_t kFreshMs = 20'000;

struct Options : ReaderOptions {
  Format format = Format::table;
};

struct Told {
  std::string state, detail;
  std::optional<uint64_t> answer_ms, since_ms, retry_ms;
};

uint64_t now_ms() {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(WallClock::now().time_since_epoch()).count());
}

struct AgentsWord {
  bool is_there = false;
  uint64_t written_ms = 0;
  std::string log;                      // why no router is driven; empty: they are
  std::map<std::string, Told> devices;  // by `<tenant>/<device>`

  bool is_fresh() const { return is_there && now_ms() - std::min(now_ms(), written_ms) < kFreshMs; }
};

std::optional<uint64_t> number_in(const simdjson::dom::element& object, std::string_view name) {
  uint64_t number = 0;
  if (object[name].get(number) != simdjson::SUCCESS) return std::nullopt;
  return number;
}

std::string text_in(const simdjson::dom::element& object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

// What an agent said last. Where it never ran, or what it wrote is something else, it said nothing.
AgentsWord agents_word(const std::string& status_file) {
  AgentsWord word;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::array devices;
  const auto bytes = log::read_file(status_file);
  if (!bytes || parser.parse(*bytes).get(document) != simdjson::SUCCESS ||
      document["devices"].get(devices) != simdjson::SUCCESS)
    return word;
  word.is_there = true;
  word.written_ms = number_in(document, "written_ms").value_or(0);
  word.log = text_in(document, "log");
  for (const auto device : devices) {
    word.devices[text_in(device, "tenant") + "/" + text_in(device, "device")] = {
        text_in(device, "state"), text_in(device, "detail"), number_in(device, "answer_ms"),
        number_in(device, "since_ms"), number_in(device, "retry_ms")};
  }
  return word;
}

// A tenant's routers are driven by an agent of its own or by one of all tenants: whoever wrote last.
AgentsWord word_on(const std::string& tenant, const std::string& data) {
  AgentsWord of_all = agents_word(device_status_file(data, {}));
  AgentsWord own = agents_word(device_status_file(data, tenant));
  return own.written_ms > of_all.written_ms ? std::move(own) : std::move(of_all);
}

std::string local_time(uint64_t ms) {
  const auto seconds = static_cast<std::time_t>(ms / 1000);
  const bool today = now_ms() - ms < 12 * 3'600'000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[32];
  const size_t bytes = std::strftime(text, sizeof text, today ? "%H:%M" : "%Y-%m-%d %H:%M", &local);
  return {text, bytes};
}

std::string since_of(const Told& told) {
  if (told.state == "in step") return told.detail;
  std::string since = told.since_ms && *told.since_ms > 0 ? local_time(*told.since_ms) : std::string();
  if (told.retry_ms && *told.retry_ms > now_ms())
    since += fmt::format(" (retry in {} s)", (*told.retry_ms - now_ms() + 999) / 1000);
  if (!told.detail.empty()) since += (since.empty() ? "" : ", ") + told.detail;
  return since;
}

void run(const Options& options) {
  const auto reader = or_fail(LedgerReader::open(options.data));
  const device_agent::Wanted wanted = read_wanted(reader, options.tenant);
  std::map<std::string, AgentsWord> words;  // by tenant
  const bool separators = options.format == Format::table && is_terminal(1);
  Rows rows({{"tenant"},
             {"router"},
             {"state"},
             {"points", true},
             {"wanted≠applied", true},
             {"last_answer", true},
             {"since"}});
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    const device_agent::Device& device = wanted.device(device_agent::DeviceId(i));
    if (!device.is_active()) continue;
    auto said = words.find(device.tenant);
    if (said == words.end()) said = words.emplace(device.tenant, word_on(device.tenant, options.data)).first;
    const AgentsWord& word = said->second;
    uint64_t behind = 0;
    for (const uint32_t point : device.points) behind += wanted.is_behind(wanted.point(PointId(point)));
    Told told;
    const auto found = word.devices.find(device.tenant + "/" + device.name);
    if (found != word.devices.end()) {
      told = found->second;
    } else if (!word.log.empty()) {
      told.state = "left alone";
      told.detail = word.log;
    }
    if (!word.is_fresh()) {
      told = {};
      told.state = "no agent";
      if (word.is_there) told.detail = "the last word was at " + local_time(word.written_ms);
    }
    std::string answer = told.answer_ms ? fmt::format("{} ms", *told.answer_ms) : std::string();
    if (told.state == "unreachable") answer = "none";
    rows.add({device.tenant, device.name, told.state, grouped(device.points.size(), separators),
              grouped(behind, separators), std::move(answer), since_of(told)});
  }
  rows.print(options.format);
}

}  // namespace

void add_devices(CLI::App& app) {
  auto* sub = app.add_subcommand("devices", "The routers: how each is, and how far from what is wanted");
  static Options options;
  add_reader_options(*sub, options);
  add_format(*sub, options.format);
  sub->footer("Example: provodka devices --data .run/data");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
