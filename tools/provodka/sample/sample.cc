#include "ledger/core/ids.h"
#include "tools/provodka/sample/provider.h"
#include "tools/provodka/terminal.h"

#include <cstdio>
#include <memory>

namespace provodka::tools {
namespace {

// The zone of the sample has had one offset, and its taxes have rates, from the first on.
constexpr std::string_view kEarliest = "2019-01-01";
constexpr std::string_view kLatest = "2099-12-31";

struct Options {
  uint64_t subscribers = 0, months = 0, seed = 1;
  std::string from = "2026-01-01", tenant = "ok-telecom", out = "-";
};

sample::Plan plan_of(const Options& options) {
  const auto from = Date::parse(options.from);
  if (!from) fail(kRefused, fmt::format("--from {}: a date such as 2026-01-01 is expected", options.from));
  if (!is_operator_id(options.tenant)) fail(kRefused, "--tenant is 1 to 64 of A-Z a-z 0-9 . _ : -");
  sample::Plan plan{.subscribers = static_cast<uint32_t>(options.subscribers),
                    .months = static_cast<uint32_t>(options.months),
                    .seed = options.seed,
                    .from = *from,
                    .tenant = options.tenant};
  if (*from < *Date::parse(kEarliest) || *from > *Date::parse(kLatest) ||
      plan.past() > *Date::parse(kLatest)) {
    fail(kRefused,
         fmt::format("--from {}: the months lie between {} and {}", options.from, kEarliest, kLatest));
  }
  return plan;
}

void run(const Options& options) {
  const sample::Plan plan = plan_of(options);
  const bool to_stdout = options.out == "-";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(
      to_stdout ? nullptr : std::fopen(options.out.c_str(), "wb"), std::fclose);
  if (!to_stdout && !file) fail(kRefused, fmt::format("cannot write {}", options.out));
  std::FILE* out = to_stdout ? stdout : file.get();
  sample::write_provider(plan, [&](std::string_view piece) {
    const size_t written = std::fwrite(piece.data(), 1, piece.size(), out);
    if (written != piece.size())
      fail(kFailed,
           to_stdout ? "the output cannot be written" : fmt::format("{} cannot be written", options.out));
  });
  if (std::fflush(out) != 0)
    fail(kFailed,
         to_stdout ? "the output cannot be written" : fmt::format("{} cannot be written", options.out));
}

}  // namespace

void add_sample(CLI::App& app) {
  auto* sub =
      app.add_subcommand("sample", "Makes the commands of a provider that never was, to try things with");
  static Options options;
  sub->add_option("--subscribers", options.subscribers, "How many there are in the end")
      ->required()
      ->check(CLI::Range(1, 1'000'000));
  sub->add_option("--months", options.months, "For how long")->required()->check(CLI::Range(1, 120));
  sub->add_option("--seed", options.seed,
                  "The same arguments give the same bytes, another seed another provider")
      ->capture_default_str();
  sub->add_option("--from", options.from, "The first day")->capture_default_str();
  sub->add_option("--tenant", options.tenant, "The tenant's id")->capture_default_str();
  sub->add_option("--out", options.out, "The file, or - for standard output")->capture_default_str();
  sub->footer(
      "The commands carry their times: submit them to a server whose clock they set, on an empty directory.\n"
      "Example: provodka sample --subscribers 1000 --months 6 --out sample.ndjson\n"
      "         provodka serve --data try --clock 2026-01-01T00:00:00+03:00 &\n"
      "         provodka submit --url http://127.0.0.1:8080 sample.ndjson");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
