#include "tools/provodka/agent_parts.h"

#include "ledger/core/thread_name.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <simdjson.h>

namespace provodka::tools {

Result<std::optional<device_agent::Login>> KeyholderCredentials::open(std::string_view tenant,
                                                                      std::string_view device,
                                                                      std::string_view sealed) {
  const auto text = keys_.unseal(tenant, "device/" + std::string(device), sealed);
  if (!text) return std::unexpected(text.error());
  if (!*text) return std::nullopt;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  std::string_view whose, login, password;
  if (parser.parse(**text).get(document) != simdjson::SUCCESS ||
      document["device"].get(whose) != simdjson::SUCCESS ||
      document["login"].get(login) != simdjson::SUCCESS ||
      document["password"].get(password) != simdjson::SUCCESS || whose != device) {
    return fault("the credentials of {}/{} are not what was sealed for it", tenant, device);
  }
  return device_agent::Login{std::string(login), routeros::Secret(std::string(password))};
}

ServerSink::ServerSink(Url url, std::string actor)
    : url_(std::move(url)), actor_(std::move(actor)), thread_([this] { run(); }) {}

ServerSink::~ServerSink() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ServerSink::post(std::vector<std::string> commands, Done done) {
  {
    const std::lock_guard lock(mutex_);
    commands_ = std::move(commands);
    done_ = std::move(done);
  }
  changed_.notify_all();
}

void ServerSink::run() {
  name_this_thread("agent-reports");
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopped_ || done_; });
    if (stopped_) return;
    std::vector<std::string> commands = std::move(commands_);
    const Done done = std::exchange(done_, {});
    lock.unlock();
    send(std::move(commands), done);
    lock.lock();
  }
}

void ServerSink::send(std::vector<std::string> commands, const Done& done) {
  receptions_.clear();
  // Who gives the commands tries again by itself, so this one need not be patient.
  if (!sender_) {
    sender_ = std::make_unique<BatchSender>(
        BatchSender::Options{.url = url_, .actor = actor_, .patience = std::chrono::seconds(2)},
        [this](const LineResult& result) {
          receptions_.push_back({result.status, result.code, result.detail});
        });
  }
  Result<void> sent;
  for (std::string& command : commands) {
    if (sent) sent = sender_->send(std::move(command));
  }
  if (sent) sent = sender_->settle();
  if (!sent) sender_.reset();
  done(std::exchange(receptions_, {}), std::move(sent));
}

device_agent::AgentOptions agent_options(const DevicesOptions& options, const std::string& data,
                                         std::function<void(std::string)> warn) {
  const auto ms_of = [](double seconds) {
    return std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
  };
  device_agent::AgentOptions agent;
  agent.tenant = options.tenant;
  agent.worker.reconcile_every = ms_of(options.every_s);
  agent.worker.pause_max = ms_of(options.pause_max_s);
  agent.worker.pause_min = std::min(agent.worker.pause_min, agent.worker.pause_max);
  agent.worker.router.command_timeout = ms_of(options.timeout_s);
  agent.worker.router.silence_timeout = ms_of(options.timeout_s);
  agent.worker.router.connect_timeout = ms_of(options.timeout_s);
  agent.worker.probe_every = ms_of(options.timeout_s);
  const std::string status = device_status_file(data, options.tenant);
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(status).parent_path(), ignored);
  agent.on_status = [status, warn, told = false](const std::string& json) mutable {
    const auto written = replace_file(status, json);
    if (!written && !told) warn(written.error().what);
    told = !written;
  };
  agent.warn = std::move(warn);
  return agent;
}

std::string device_status_file(const std::string& data, const std::string& tenant) {
  return data + "/agent/devices" + (tenant.empty() ? "" : "-" + tenant) + ".json";
}

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out || std::rename(temporary.c_str(), path.c_str()) != 0) return fault("{} cannot be written", path);
  return {};
}

}  // namespace provodka::tools
