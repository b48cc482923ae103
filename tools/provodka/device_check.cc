#include "adapters/device_agent/routers.h"
#include "adapters/routeros/router.h"
#include "tools/provodka/agent_parts.h"
#include "tools/provodka/terminal.h"
#include "tools/provodka/wanted_reader.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

// GCC 12 takes the coroutine frames of Asio, which come from its own recycling allocator, for mismatched.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace provodka::tools {
namespace {

namespace asio = routeros::asio;

struct Options : ReaderOptions {
  std::string device;
  double timeout_s = 10;
};

struct Found {
  std::optional<Fault> fault;
  routeros::Item resource, identity;
  std::string fingerprint;
  routeros::milliseconds connected{0}, answered{0};
};

routeros::milliseconds since(routeros::Clock::time_point start) {
  return std::chrono::duration_cast<routeros::milliseconds>(routeros::Clock::now() - start);
}

routeros::Task<> look(routeros::Router& router, Found& found) {
  auto start = routeros::Clock::now();
  Result<void> connected = co_await router.connect();
  if (!connected) {
    found.fault = connected.error();
    co_return;
  }
  found.connected = since(start);
  found.fingerprint = router.fingerprint();
  start = routeros::Clock::now();
  for (routeros::Item* item : {&found.resource, &found.identity}) {
    routeros::Operation question =
        routeros::print(item == &found.resource ? "/system/resource" : "/system/identity", {});
    Result<routeros::Answer> answer = co_await router.ask(std::move(question));
    if (!answer) {
      found.fault = answer.error();
      co_return;
    }
    if (answer->refusal != routeros::Refusal::none)
      found.fault = Fault{fmt::format("{}: {}", router.place(), answer->message), true};
    if (!answer->items.empty()) *item = answer->items.front();
    if (item == &found.resource) found.answered = since(start);
  }
  router.close();
}

const device_agent::Device& device_named(const device_agent::Wanted& wanted, const std::string& name) {
  const device_agent::Device* found = nullptr;
  for (uint32_t i = 0; i < wanted.devices(); ++i) {
    const device_agent::Device& device = wanted.device(device_agent::DeviceId(i));
    if (device.name == name && device.registered) found = &device;
  }
  if (!found) fail(kRefused, fmt::format("there is no device {}", name));
  if (found->retired) fail(kRefused, fmt::format("{} was retired", name));
  return *found;
}

void run(const Options& options) {
  auto reader = or_fail(LedgerReader::open(options.data));
  const device_agent::Wanted wanted = read_wanted(reader, tenant_of(options, reader));
  const device_agent::Device& device = device_named(wanted, options.device);
  const auto keys = or_fail(log::SubscriberKeys::open_reader(reader.dir().subscriber_keys()));
  KeyholderCredentials credentials(*keys);
  auto login = or_fail(credentials.open(device.tenant, device.name, device.sealed));
  if (!login) fail(kFailed, fmt::format("no key opens the credentials of {}", device.name));
  const std::string who = login->name;
  routeros::RouterOptions base;
  base.connect_timeout = base.command_timeout = base.silence_timeout =
      routeros::milliseconds(static_cast<int64_t>(options.timeout_s * 1000));
  asio::io_context context(1);
  const auto router = device_agent::make_router(
      context, device.kind, or_fail(device_agent::router_options(device, std::move(*login), base)));
  Found found;
  asio::co_spawn(context, look(*router, found), asio::detached);
  context.run();
  if (found.fault) fail(*found.fault, kFailed);
  fmt::print("reachable  {} in {} ms\n", device.address, found.connected.count());
  if (!found.fingerprint.empty())
    fmt::print("certificate  SHA-256 {}{}\n", found.fingerprint,
               device.fingerprint.empty() ? ", and any other would do" : ", as it should be");
  fmt::print("login      {} is let in\n", who);
  fmt::print("answers    in {} ms\n", found.answered.count());
  fmt::print("version    RouterOS {} on {}\n", found.resource.find("version"),
             found.resource.find("board-name"));
  fmt::print("identity   {}, up {}\n", found.identity.find("name"), found.resource.find("uptime"));
  fmt::print("enforces   {} for {} access points\n", enum_name(device.mode), device.points.size());
}

}  // namespace

void add_device(CLI::App& app) {
  auto* device = app.add_subcommand("device", "One router");
  device->require_subcommand(1);
  device->footer("Example: provodka device check core-1 --data .run/data");
  auto* sub =
      device->add_subcommand("check", "Whether it is reachable, lets us in, and which version it has");
  static Options options;
  sub->add_option("name", options.device, "The device")->required();
  add_reader_options(*sub, options);
  sub->add_option("--timeout", options.timeout_s, "Seconds that it may take for each step")
      ->check(CLI::Range(0.1, 300.0))
      ->capture_default_str();
  sub->footer("Example: provodka device check core-1 --data .run/data");
  sub->callback([] { run(options); });
}

}  // namespace provodka::tools
