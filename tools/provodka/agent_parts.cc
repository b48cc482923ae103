#include "tools/provodka/agent_parts.h"

#include "ledger/core/thread_name.h"

#include <cstdio>
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

std::string device_status_file(const std::string& data) { return data + "/agent/devices.json"; }

Result<void> replace_file(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".new";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out || std::rename(temporary.c_str(), path.c_str()) != 0) return fault("{} cannot be written", path);
  return {};
}

}  // namespace provodka::tools
