#include "ledger/engine/replay.h"

#include "tools/provodka/ledger_reader.h"
#include "tools/provodka/terminal.h"

namespace provodka::tools {
namespace {

struct Options : ReaderOptions {
  uint64_t from = 1;
  uint64_t to = ~uint64_t{0};
  std::string since, until, type, account;
  Format format = Format::ndjson;
};

Instant instant_of(const std::string& text, Instant otherwise, const char* option) {
  if (text.empty()) return otherwise;
  if (const auto instant = Instant::parse(text)) return *instant;
  fail(kRefused, fmt::format("{} {}: an instant as in RFC 3339 is expected, such as 2026-11-20T00:00:00Z",
                             option, text));
}

bool names_account(const Event& event, std::string_view name) {
  return std::visit(
      [&](const auto& e) {
        if (owning_account(e) == name) return true;
        for (const auto& standing : account::standings_in(e)) {
          if (standing.account.text == name) return true;
        }
        return false;
      },
      event);
}

std::string amounts_of(const Event& event) {
  return std::visit(
      [](const auto& e) -> std::string {
        if constexpr (requires { e.amount; })
          return fmt::format("{} {}", e.amount.to_string(), e.amount.currency.code());
        return {};
      },
      event);
}

void run(const Options& options) {
  auto reader = or_fail(LedgerReader::open(options.data));
  const std::string tenant = tenant_of(options, reader);
  const Instant since = instant_of(options.since, Instant{INT64_MIN}, "--since");
  const Instant until = instant_of(options.until, Instant{INT64_MAX}, "--until");
  Rows rows({{"sequence", true}, {"time"}, {"type"}, {"account"}, {"amount", true}, {"actor"}, {"cause"}});
  std::optional<std::string> broken;
  engine::replay(
      reader.log(), {.from = Position(1), .through = reader.through()},
      [&](engine::DecodedFrame& frame) {
        const uint64_t first = frame.frame->first().value();
        for (size_t i = 0; i < frame.events.size(); ++i) {
          const auto& [header, event] = frame.events[i];
          if (header.tenant != tenant || header.sequence.value() < options.from ||
              header.sequence.value() > options.to || header.time < since || header.time > until ||
              (!options.type.empty() && !header.type.starts_with(options.type)) ||
              (!options.account.empty() && !names_account(event, options.account))) {
            continue;
          }
          if (options.format == Format::ndjson) {
            const std::string_view line = frame.frame->line(Position(first + i));
            std::fwrite(line.data(), 1, line.size(), stdout);
            std::fputc('\n', stdout);
          } else {
            const std::string account =
                std::visit([](const auto& e) { return std::string(owning_account(e)); }, event);
            rows.add({fmt::format("{}", header.sequence), header.time.to_string(), std::string(header.type),
                      account, amounts_of(event), std::string(header.actor), std::string(header.cause)});
          }
        }
        if (frame.bad_line)
          broken = fmt::format("position {}: {}", frame.bad_line->first, frame.bad_line->second);
        return !broken;
      },
      [&](const log::EventLog::Damage& damage) {
        if (!broken)
          broken = fmt::format("frame {}: {}; events {} to {} cannot be read", damage.frame, damage.reason,
                               damage.first, damage.last);
      });
  if (options.format != Format::ndjson) rows.print(options.format);
  if (broken) fail(kFailed, *broken);
}

}  // namespace

void add_replay(CLI::App& app) {
  auto* sub =
      app.add_subcommand("replay", "Prints events from the log, exactly as they are stored, or as a table");
  static Options options;
  add_reader_options(*sub, options);
  sub->add_option("--from", options.from, "From this sequence on");
  sub->add_option("--to", options.to, "Up to this sequence");
  sub->add_option("--since", options.since, "Recorded at this instant or later (RFC 3339)");
  sub->add_option("--until", options.until, "Recorded at this instant or before (RFC 3339)");
  sub->add_option("--type", options.type, "Of this type, or beginning with it");
  sub->add_option("--account", options.account, "That concern this account");
  add_format(*sub, options.format);
  sub->footer("Example: provodka replay --data .run/data --account 100042 --type payment --format table");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
