#include "ledger/core/hex.h"
#include "ledger/log/head.h"
#include "ledger/log/note.h"
#include "tools/provodka/terminal.h"
#include "tools/provodka/verify_log.h"

#include <unistd.h>

namespace provodka::tools {
namespace {

struct Options {
  std::string data = "data", tenant;
  Format format = Format::table;
  bool repair_head = false;
};

void print_json(const Verified& v) {
  std::string tenants, damage;
  for (const auto& [name, head] : v.tenants) {
    tenants += fmt::format("{}{{\"tenant\":{},\"size\":{},\"root\":\"{}\"}}", tenants.empty() ? "" : ",",
                           json_string(name), head.size, log::base64(head.root.bytes));
  }
  for (const auto& d : v.damage) {
    damage +=
        fmt::format("{}{{\"frame\":{},\"first\":{},\"last\":{},\"reason\":{}}}", damage.empty() ? "" : ",",
                    d.frame.value(), d.first.value(), d.last.value(), json_string(d.where + ": " + d.reason));
  }
  fmt::print(
      "{{\"ok\":{},\"events\":{},\"events_per_second\":{:.0f},\"state_hash\":\"{}\",\"tenants\":[{}],"
      "\"damage\":[{}]}}\n",
      v.damage.empty(), v.events, static_cast<double>(v.events) / std::max(v.seconds, 1e-6),
      hex_of(v.state.bytes), tenants, damage);
}

void print_csv(const Verified& v) {
  Rows rows({{"tenant"}, {"size", true}, {"root"}});
  for (const auto& [name, head] : v.tenants)
    rows.add({name, fmt::format("{}", head.size), log::base64(head.root.bytes)});
  rows.print(Format::csv);
  for (const auto& d : v.damage)
    fmt::print(stderr, "provodka: {}: positions {} to {}: {}\n", d.where, d.first, d.last, d.reason);
}

void print_text(const Verified& v) {
  const bool separators = is_terminal(STDOUT_FILENO);
  const auto number = [&](uint64_t n) { return grouped(n, separators); };
  fmt::print("frames   {:>14}   read\n", number(v.frames));
  fmt::print("events   {:>14}   {}/s\n", number(v.events),
             number(static_cast<uint64_t>(static_cast<double>(v.events) / std::max(v.seconds, 1e-6))));
  fmt::print("accounts {:>14}\n", number(v.accounts));
  for (const auto& [name, head] : v.tenants) {
    fmt::print("tree     {:>14}   {}  root {}\n", number(head.size), name, log::base64(head.root.bytes));
  }
  fmt::print("state    replayed from the first event: {}\n", hex_of(v.state.bytes));
  if (v.damage.empty()) {
    for (const auto& remark : v.remarks) fmt::print("         {}\n", remark);
    fmt::print("everything holds   {:.1f} s\n", v.seconds);
    return;
  }
  for (const auto& d : v.damage) {
    if (d.frame != Position()) {
      fmt::print("frame {}: {}\n  events at positions {} to {} cannot be trusted\n", number(d.frame.value()),
                 d.reason, number(d.first.value()), number(d.last.value()));
    } else if (d.first != Position()) {
      fmt::print("{}: {}\n  events at positions {} to {}\n", d.where, d.reason, number(d.first.value()),
                 number(d.last.value()));
    } else {
      fmt::print("{}: {}\n", d.where, d.reason);
    }
  }
  fmt::print("next: keep this directory as it is, and restore the log from a backup\n");
}

void print(const Verified& verified, Format format) {
  switch (format) {
    case Format::table:
      return print_text(verified);
    case Format::csv:
      return print_csv(verified);
    case Format::json:
    case Format::ndjson:
      return print_json(verified);  // one object, on one line
  }
}

void run(const Options& options) {
  // A head file is written by the owner only: --repair-head takes the directory for itself.
  std::optional<log::DataDir> dir;
  if (options.repair_head) {
    or_fail(log::DataDir::look(options.data));
    dir.emplace(or_fail(log::DataDir::own(options.data)));
  } else {
    dir.emplace(or_fail(log::DataDir::look(options.data)));
  }
  Verified verified;
  {
    std::optional<Progress> progress;
    verified = verify_log(*dir, options.repair_head, [&](uint64_t done, uint64_t total) {
      if (!progress) progress.emplace("verifying", total);
      progress->at(done);
    });
  }
  if (!options.tenant.empty()) {  // all of the log is checked in any case; what is said is of one
    if (verified.damage.empty() && !verified.tenants.contains(options.tenant))
      fail(kRefused, fmt::format("there is no tenant {}", options.tenant));
    std::erase_if(verified.tenants, [&](const auto& tenant) { return tenant.first != options.tenant; });
  }
  print(verified, options.format);
  if (!verified.damage.empty()) throw Exit{kFailed};
  if (!options.repair_head) return;
  auto file = or_fail(log::HeadFile::open(dir->head()));
  or_fail(file.write(
      {.position = verified.through, .tree = verified.through, .root = verified.log_root, .time = {}}));
  or_fail(file.sync());
  fmt::print(stderr, "the head file was written anew for position {}\n", verified.through);
}

}  // namespace

void add_verify(CLI::App& app) {
  auto* sub = app.add_subcommand(
      "verify", "Checks everything that is stored; exit code 2 and the place where something is wrong");
  static Options options;
  sub->add_option("--data", options.data, "The data directory")
      ->envname("PROVODKA_DATA")
      ->capture_default_str();
  sub->add_option("--tenant", options.tenant, "Say only the size and root of this tenant's tree");
  add_format(*sub, options.format);
  sub->add_flag("--repair-head", options.repair_head, "Write the head file anew once everything else holds");
  sub->footer("Example: provodka verify --data /var/lib/provodka");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
