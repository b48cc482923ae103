#include "ledger/engine/replay.h"
#include "tools/provodka/ledger_reader.h"
#include "tools/provodka/terminal.h"

#include <set>

namespace provodka::tools {
namespace {

enum class ExportFormat { hledger, beancount, csv, ndjson };

struct Options : ReaderOptions {
  std::string month;
  ExportFormat format = ExportFormat::hledger;
};

// The places in the charts of the two plain-text accounting programs. Both want debits positive.
std::string_view parent_of(book::Kind kind) {
  switch (kind) {
    case book::Kind::customer:
      return "liabilities:customers";
    case book::Kind::clearing:
      return "assets:clearing";
    case book::Kind::revenue:
      return "income:revenue";
    case book::Kind::deferred:
      return "liabilities:deferred";
    case book::Kind::tax:
      return "liabilities:tax";
    case book::Kind::adjustment:
      return "equity:adjustments";
    case book::Kind::receivable:
      return "assets:receivable";
    case book::Kind::suspense:
      return "liabilities:suspense";
    case book::Kind::writeoff:
      return "expenses:writeoffs";
  }
  return "equity:unknown";
}

// Everything but letters, digits and a few signs as a hexadecimal byte behind `mark`, so that two names never
// become one.
std::string encoded(std::string_view name, std::string_view allowed, char mark) {
  std::string text;
  for (const char c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       allowed.find(c) != std::string_view::npos;
    if (plain) {
      text += c;
    } else {
      text += fmt::format("{}{:02X}", mark, static_cast<unsigned char>(c));
    }
  }
  return text;
}

std::string hledger_account(const book::LedgerName& name) {
  return fmt::format("{}:{}", parent_of(name.kind), encoded(name.name, "._-", '%'));
}

std::string beancount_account(const book::LedgerName& name) {
  std::string text(parent_of(name.kind));
  bool start = true;
  for (char& c : text) {
    if (start) c = static_cast<char>(c - 'a' + 'A');
    start = c == ':';
  }
  return text + ":N" + encoded(name.name, "", '-');
}

// The amount as debit, the other way round from ours.
std::string debit(Money amount) { return checked_negate(amount).value_or(amount).to_string(); }

struct Entry {
  const codec::EventHeader& header;
  Date effective;
  std::string_view account;
  const book::Postings& postings;
};

void print_hledger(const Entry& e) {
  fmt::print("{} * ({}) {} | {}\n", e.effective.to_string(), e.header.sequence, e.header.type,
             encoded(e.account, "._-", '%'));
  for (const auto& p : e.postings) {
    fmt::print("    {}  {} {}\n", hledger_account(p.account), debit(p.amount), p.amount.currency.code());
  }
  fmt::print("\n");
}

void print_beancount(const Entry& e, Date opening, std::set<std::string>& opened) {
  for (const auto& p : e.postings) {
    const std::string account = beancount_account(p.account);
    if (opened.insert(account).second)
      fmt::print("{} open {} {}\n", opening.to_string(), account, p.amount.currency.code());
  }
  fmt::print("{} * \"{}\" \"{}\"\n", e.effective.to_string(), e.header.type, e.header.sequence);
  for (const auto& p : e.postings) {
    fmt::print("  {}  {} {}\n", beancount_account(p.account), debit(p.amount), p.amount.currency.code());
  }
  fmt::print("\n");
}

std::string csv_cell(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

void print_csv(const Entry& e) {
  for (const auto& p : e.postings) {
    fmt::print("{},{},{},{},{},{},{},{},{},{}\n", e.header.sequence, e.header.time.to_string(),
               e.effective.to_string(), e.header.type,
               csv_cell(fmt::format("{}/{}", book::name_of(p.account.kind), p.account.name)),
               p.amount.to_string(), p.amount.currency.code(), p.balance.to_string(),
               csv_cell(e.header.actor), csv_cell(e.header.cause));
  }
}

// Calls f(header, event, line) for the tenant's events. Ends the program where the log cannot be read.
template <class F>
void for_each_event(const LedgerReader& reader, const std::string& tenant, F&& f) {
  std::optional<std::string> broken;
  Progress progress("exporting", reader.through().value());
  engine::replay(
      reader.log(), {.from = Position(1), .through = reader.through()},
      [&](engine::DecodedFrame& frame) {
        const uint64_t begin = frame.frame->first().value();
        for (size_t i = 0; i < frame.events.size(); ++i) {
          const auto& [header, event] = frame.events[i];
          if (header.tenant != tenant) continue;
          std::visit([&](const auto& e) { f(header, e, frame.frame->line(Position(begin + i))); }, event);
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
}

void run(const Options& options) {
  Date first = Date::earliest(), past = Date::latest();
  if (!options.month.empty()) {
    const auto date = Date::parse(options.month + "-01");
    if (!date) fail(kRefused, fmt::format("--month {}: a month such as 2026-10 is expected", options.month));
    const Period month = month_of(*date);
    first = month.first;
    past = month.past;
  }
  auto reader = or_fail(LedgerReader::open(options.data));
  const std::string tenant = tenant_of(options, reader);
  const auto wanted = [&](Date effective) { return first <= effective && effective < past; };
  // An account is opened before everything that is booked on it, which may have been recorded in any order.
  Date opening = Date::latest();
  if (options.format == ExportFormat::beancount) {
    for_each_event(reader, tenant, [&](const auto&, const auto& e, std::string_view) {
      if (wanted(e.effective)) opening = std::min(opening, e.effective);
    });
  }
  if (options.format == ExportFormat::csv) {
    fmt::print("sequence,time,effective,type,account,amount,currency,balance,actor,cause\n");
  }
  std::set<std::string> opened, commodities;
  for_each_event(reader, tenant, [&](const codec::EventHeader& header, const auto& e, std::string_view line) {
    if (!wanted(e.effective)) return;
    if (options.format == ExportFormat::ndjson) {
      fmt::print("{}\n", line);
      return;
    }
    if constexpr (requires { e.postings; }) {
      const Entry entry{header, e.effective, owning_account(e), e.postings};
      if (options.format == ExportFormat::csv) return print_csv(entry);
      if (options.format == ExportFormat::beancount) return print_beancount(entry, opening, opened);
      const std::string code(e.amount.currency.code());
      if (commodities.insert(code).second) {
        fmt::print("commodity {} {}\n\n",
                   Money{100'000, e.amount.currency}.to_string() + (e.amount.currency.exponent() ? "" : "."),
                   code);
      }
      print_hledger(entry);
    }
  });
}

}  // namespace

void add_export(CLI::App& app) {
  auto* sub = app.add_subcommand(
      "export", "The entries for other accounting programs, or the events as they are stored");
  static Options options;
  add_reader_options(*sub, options);
  add_choice<ExportFormat>(*sub, "--format", options.format,
                           {{"hledger", ExportFormat::hledger},
                            {"beancount", ExportFormat::beancount},
                            {"csv", ExportFormat::csv},
                            {"ndjson", ExportFormat::ndjson}},
                           "What it is for");
  sub->add_flag_callback(
      "--json", [] { options.format = ExportFormat::ndjson; }, "Short for --format ndjson");
  sub->add_option("--month", options.month, "Only entries effective in this month");
  sub->footer(
      "Example: provodka export --data .run/data --month 2026-10 --format hledger | hledger -f - balance "
      "--depth 1");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
