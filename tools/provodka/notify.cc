#include "tools/provodka/notify.h"

#include "adapters/notify_agent/http_outlook.h"
#include "adapters/notify_agent/http_sink.h"
#include "ledger/log/data_dir.h"
#include "tools/provodka/agent_origin.h"
#include "tools/provodka/agents.h"
#include "tools/provodka/terminal.h"

#include <fstream>

#include <pthread.h>
#include <signal.h>

namespace provodka::tools {
namespace {

namespace agent = notify_agent;

struct Options : NotifyOptions {
  AgentOrigin origin;
  std::string url = "http://127.0.0.1:8080";
};

constexpr const char* kRole = "notify";

// Personal data for whoever holds the keys.
class Keyholder : public agent::PersonalData {
 public:
  explicit Keyholder(const log::SubscriberKeys& keys) : keys_(keys) {}
  Result<std::optional<std::string>> open(std::string_view tenant, std::string_view subscriber,
                                          std::string_view sealed) override {
    return keys_.unseal(tenant, subscriber, sealed);
  }

 private:
  const log::SubscriberKeys& keys_;
};

void say(const std::string& text) { fmt::print(stderr, "provodka: {}\n", text); }

// A secret stands in a file, as what is on a command line is seen by everybody on the machine.
std::string first_line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) fail(kRefused, fmt::format("{} cannot be read, or is empty", path));
  while (line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
  return line;
}

std::unique_ptr<agent::Carrier> sms_of(const NotifyOptions& options) {
  if (!options.gammu.empty()) {
    sms_gammu::StickOptions stick;
    stick.config_file = options.gammu;
    stick.settle_after = std::chrono::seconds(options.modem_settle_s);
    return std::make_unique<agent::GammuCarrier>(or_fail(sms_gammu::Stick::open(std::move(stick)), kRefused));
  }
  if (options.modem.empty()) return nullptr;
  sms_hilink::ModemOptions modem;
  modem.session.user = options.modem_user;
  if (!options.modem_password_file.empty())
    modem.session.password = first_line_of(options.modem_password_file);
  modem.settle_after = std::chrono::seconds(options.modem_settle_s);
  modem.poll_each = std::chrono::milliseconds(std::max(1u, options.modem_poll_ms));
  return std::make_unique<agent::SmsCarrier>(or_fail(http_client::Url::parse(options.modem), kRefused), modem,
                                             options.sms_reports_s > 0);
}

// Waits until the source can be read at all: a server may be away, or another member of a group be at work,
// and how far the log goes has to be known before what it asks for is done. False where a signal came.
bool wait_for(log::EventSource& source, const sigset_t& signals) {
  std::string told;
  const timespec now{};
  while (sigtimedwait(&signals, nullptr, &now) < 0) {
    const auto frame = source.frame_at(Position(1), std::chrono::milliseconds(200));
    if (frame) return true;
    if (told != frame.error().what) say(frame.error().what);
    told = frame.error().what;
    const timespec each{.tv_sec = 0, .tv_nsec = 100'000'000};
    if (sigtimedwait(&signals, nullptr, &each) >= 0) return false;
  }
  return false;
}

void run(const Options& options) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  const auto keys = or_fail(
      log::SubscriberKeys::open_reader(or_fail(log::DataDir::look(options.origin.data)).subscriber_keys()));
  const AgentSource opened = open_agent_source(options.origin, kRole, options.tenant);
  log::EventSource& source = *opened.source;
  if (!wait_for(source, signals)) return;
  const auto url = or_fail(http_client::Url::parse(options.url), kRefused);
  agent::HttpSink sink(url, "agent/notify", say);
  const Notifier notifier(source, *keys, sink, url, options, say);
  const agent::Agent& writer = notifier.agent();
  bool ready = false;
  // Between looks for a signal: whether it has begun, and whether it can go on.
  const timespec each{.tv_sec = 0, .tv_nsec = 100'000'000};
  while (sigtimedwait(&signals, nullptr, &each) < 0 && writer.failure().empty()) {
    if (ready || !writer.caught_up()) continue;
    ready = true;
    fmt::print("notifying {} from {}\n", writer.tenant(), source.name());
    std::fflush(stdout);
  }
  if (!writer.failure().empty()) throw Exit{kFailed};
}

}  // namespace

Notifier::Notifier(log::EventSource& source, const log::SubscriberKeys& keys, agent::CommandSink& sink,
                   const http_client::Url& server, const NotifyOptions& options,
                   std::function<void(const std::string&)> tell)
    : personal_(std::make_unique<Keyholder>(keys)), outlook_(std::make_unique<agent::HttpOutlook>(server)) {
  if (options.modem.empty() && options.gammu.empty() && options.telegram_token_file.empty())
    fail(kRefused,
         "neither a modem nor a file with a bot's token is given: there is no way to reach anybody");
  if (auto sms = sms_of(options)) carriers_.push_back(std::move(sms));
  if (!options.telegram_token_file.empty()) {
    const telegram::BotOptions bot{.token = first_line_of(options.telegram_token_file),
                                   .authority_file = options.telegram_authority_file,
                                   .timeout = std::chrono::seconds(std::max(1u, options.telegram_timeout_s))};
    if (!telegram::is_token(bot.token))
      fail(kRefused, fmt::format("{} holds no token of a bot", options.telegram_token_file));
    const auto url = or_fail(http_client::Url::parse(options.telegram), kRefused);
    carriers_.push_back(std::make_unique<agent::TelegramCarrier>(url, bot));
    reader_ = std::make_unique<telegram::Bot>(url, bot);
  }
  agent::AgentOptions how;
  how.tenant = options.tenant;
  how.sms_per_minute = options.sms_per_minute;
  how.telegram_per_second = options.telegram_per_second;
  how.channel_away = std::chrono::seconds(options.channel_away_s);
  how.receipts_each = std::chrono::seconds(std::max(1u, options.sms_reports_s));
  how.outlook = outlook_.get();
  how.warn = tell;
  std::vector<agent::Carrier*> carriers;
  for (const auto& carrier : carriers_) carriers.push_back(carrier.get());
  agent_ = std::make_unique<agent::Agent>(source, *personal_, sink, carriers, how);
  if (reader_)
    linker_ = std::make_unique<agent::Linker>(*reader_, *agent_, sink, tell,
                                              std::chrono::seconds(options.telegram_poll_s));
}

Notifier::~Notifier() {
  if (linker_) linker_->stop();
  agent_->stop();
}

void add_agent_notify(CLI::App& parent) {
  auto* sub = parent.add_subcommand("notify", "Writes to subscribers by Telegram and SMS");
  static Options o;
  add_agent_origin(*sub, o.origin, kRole);
  sub->add_option("--url", o.url, "The server, which takes the reports")->capture_default_str();
  sub->add_option("--tenant", o.tenant, "Whose subscribers; not needed where there is only one tenant");
  sub->add_option("--modem", o.modem, "A HiLink stick, such as http://192.168.8.1");
  sub->add_option("--gammu", o.gammu, "A stick with a serial port: a file of gammu's that says where it is")
      ->excludes("--modem");
  sub->add_option(
         "--sms-reports", o.sms_reports_s,
         "Seconds between looks for what the network reports of messages by --modem; 0: it is not asked")
      ->capture_default_str();
  sub->add_option("--modem-user", o.modem_user, "Who logs in there")->capture_default_str();
  sub->add_option("--modem-password-file", o.modem_password_file, "A file with the password; none: no login");
  sub->add_option("--modem-settle", o.modem_settle_s, "Seconds until a message without an end is unknown")
      ->capture_default_str();
  sub->add_option("--modem-poll", o.modem_poll_ms, "Milliseconds between looks at how a message ends")
      ->capture_default_str();
  sub->add_option("--telegram", o.telegram, "The Bot API")->capture_default_str();
  sub->add_option("--telegram-token-file", o.telegram_token_file,
                  "A file with the bot's token; none: no bot");
  sub->add_option("--telegram-authority", o.telegram_authority_file, "Who signs the certificate, as PEM");
  sub->add_option("--telegram-poll", o.telegram_poll_s, "Seconds that one question for updates waits")
      ->capture_default_str();
  sub->add_option("--telegram-timeout", o.telegram_timeout_s,
                  "Seconds until a call without an answer is unknown")
      ->capture_default_str();
  sub->add_option("--sms-per-minute", o.sms_per_minute, "Not more than that")->capture_default_str();
  sub->add_option("--telegram-per-second", o.telegram_per_second, "Not more than that")
      ->capture_default_str();
  sub->add_option("--channel-away", o.channel_away_s, "Seconds without a channel until the next one is taken")
      ->capture_default_str();
  sub->footer(
      "Example: provodka agent notify --data .run/data --url http://127.0.0.1:8080 --modem "
      "http://192.168.8.1 "
      "--telegram-token-file /etc/provodka/bot");
  sub->callback([] { run(o); });
}

}  // namespace provodka::tools
