#include "ledger/engine/replay.h"
#include "tools/provodka/ledger_reader.h"
#include "tools/provodka/natural_order.h"
#include "tools/provodka/terminal.h"

#include <map>

namespace provodka::tools {
namespace {

struct Options : ReaderOptions {
  std::string as_of, known_at;
  Format format = Format::table;
};

struct Balance {
  __int128 minor = 0;
  Currency currency;
};

void run(const Options& options) {
  auto reader = or_fail(LedgerReader::open(options.data));
  const std::string tenant = tenant_of(options, reader);
  Date as_of = Date::latest();
  if (!options.as_of.empty()) {
    const auto date = Date::parse(options.as_of);
    if (!date)
      fail(kRefused, fmt::format("--as-of {}: a date such as 2026-10-31 is expected", options.as_of));
    as_of = *date;
  }
  Instant known_at{INT64_MAX};
  if (!options.known_at.empty()) {
    // A date means the whole of that day, in UTC.
    const auto date = Date::parse(options.known_at);
    const auto instant = Instant::parse(date ? options.known_at + "T23:59:59.999999Z" : options.known_at);
    if (!instant)
      fail(kRefused,
           fmt::format("--known-at {}: a date or an instant as in RFC 3339 is expected", options.known_at));
    known_at = *instant;
  }
  std::map<std::string, Balance, NaturalOrder> balances;
  Progress progress("reading", reader.through().value());
  std::optional<std::string> broken;
  engine::replay(
      reader.log(), {.from = Position(1), .through = reader.through()},
      [&](engine::DecodedFrame& frame) {
        for (const auto& [header, event] : frame.events) {
          if (header.tenant != tenant || header.time > known_at) continue;
          std::visit(
              [&](const auto& e) {
                if (e.effective > as_of) return;
                if constexpr (requires { e.postings; }) {
                  for (const book::Posting& posting : e.postings) {
                    if (posting.account.kind != book::Kind::customer) continue;
                    Balance& balance = balances[std::string(posting.account.name)];
                    balance.minor += posting.amount.minor;
                    balance.currency = posting.amount.currency;
                  }
                } else if constexpr (requires {
                                       e.credit_limit;
                                       e.point;
                                     }) {
                  balances[std::string(e.account.text)].currency = e.credit_limit.currency;
                }
              },
              event);
        }
        progress.at(frame.frame->last().value());
        if (frame.bad_line)
          broken = fmt::format("position {}: {}", frame.bad_line->first, frame.bad_line->second);
        return !broken;
      },
      [&](const log::EventLog::Damage& damage) {
        if (!broken)
          broken = fmt::format("frame {}: {}; events {} to {} cannot be read", damage.frame, damage.reason,
                               damage.first, damage.last);
      });
  if (broken) fail(kFailed, *broken);
  const bool csv = options.format == Format::csv;
  Rows rows(csv ? std::vector<Rows::Column>{{"account"}, {"balance", true}}
                : std::vector<Rows::Column>{{"account"}, {"balance", true}, {"currency"}});
  for (const auto& [account, balance] : balances) {
    // No balance ever passes what can be kept, but what is left out may be what kept it there.
    if (balance.minor < INT64_MIN || balance.minor > INT64_MAX)
      fail(kFailed, fmt::format("account {}: the sum of these entries passes what can be kept", account));
    std::vector<std::string> row{account,
                                 Money{static_cast<int64_t>(balance.minor), balance.currency}.to_string()};
    if (!csv) row.emplace_back(balance.currency.code());
    rows.add(std::move(row));
  }
  rows.print(options.format);
}

}  // namespace

void add_balances(CLI::App& app) {
  auto* sub = app.add_subcommand("balances", "What each account had, as of a date and as known at a time");
  static Options options;
  add_reader_options(*sub, options);
  sub->add_option("--as-of", options.as_of, "Entries effective up to this date");
  sub->add_option("--known-at", options.known_at,
                  "Entries recorded up to this date (UTC) or instant (RFC 3339)");
  add_format(*sub, options.format);
  sub->footer("Example: provodka balances --data .run/data --as-of 2026-10-31 --known-at 2026-11-02");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
