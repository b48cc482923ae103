#include "adapters/kafka_client/client.h"

#include <algorithm>
#include <array>

#include <syslog.h>

namespace provodka::kafka {
namespace {

// Values of these are never repeated in a message.
bool is_secret(std::string_view key) {
  static constexpr std::array<std::string_view, 5> kMarks{"password", "secret", "pem", "jaas",
                                                          "sasl.oauthbearer.config"};
  return std::ranges::any_of(kMarks, [&](auto mark) { return key.find(mark) != std::string_view::npos; });
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& key, const std::string& value) {
  char why[512];
  const auto done = rd_kafka_conf_set(conf, key.c_str(), value.c_str(), why, sizeof why);
  if (done == RD_KAFKA_CONF_OK) return {};
  // What stands behind a name that nobody knows may be a password too.
  if (done == RD_KAFKA_CONF_UNKNOWN) return refusal("kafka.{}: librdkafka has no such setting", key);
  if (is_secret(key)) return refusal("kafka.{}: librdkafka refuses its value", key);
  return refusal("kafka.{}={}: {}", key, value, why);
}

void on_error(rd_kafka_t*, int error, const char* reason, void* opaque) {
  // The one without a reason of its own follows others that say more.
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  auto* const connections = static_cast<Connections*>(opaque);
  connections->note(reason);
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION)
    connections->note_gone(reason);
}

// What fails of a connection comes as an error too, but to those alone who poll, and a call that waits does
// not. What else a caller must know, calls return.
void on_log(const rd_kafka_t* client, int level, const char* facility, const char* line) {
  if (level > LOG_INFO || std::string_view(facility) != "FAIL") return;
  std::string_view text(line);  // "[thrd:a thread]: what fails"
  if (const size_t past = text.find("]: "); text.starts_with("[thrd:") && past != text.npos)
    text.remove_prefix(past + 3);
  static_cast<Connections*>(rd_kafka_opaque(client))->note(std::string(text));
}

}  // namespace

std::string Connections::trouble() const {
  std::lock_guard lock(mutex_);
  return trouble_;
}

void Connections::note(std::string what) {
  std::lock_guard lock(mutex_);
  trouble_ = std::move(what);
}

std::string Connections::gone() const {
  std::lock_guard lock(mutex_);
  return gone_;
}

void Connections::note_gone(std::string what) {
  std::lock_guard lock(mutex_);
  gone_ = std::move(what);
}

Result<Client> make_client(rd_kafka_type_t type, const Cluster& cluster, Settings usual, Settings fixed,
                           Connections& connections, void (*call_back)(rd_kafka_conf_t*)) {
  Conf conf(rd_kafka_conf_new());
  const auto set_all = [&](Settings settings) -> Result<void> {
    for (const auto& [key, value] : settings) {
      if (auto done = set(conf.get(), key, value); !done) return done;
    }
    return {};
  };
  if (auto done = set_all({{"bootstrap.servers", cluster.brokers}, {"client.id", "provodka"}}); !done)
    return std::unexpected(done.error());
  if (auto done = set_all(usual); !done) return std::unexpected(done.error());
  for (const auto& [key, value] : cluster.settings) {
    const bool is_ours = std::ranges::any_of(fixed, [&](const auto& own) { return key == own.first; });
    if (is_ours || key == "bootstrap.servers")
      return refusal("kafka.{} cannot be set: what is guaranteed hangs on it", key);
    if (auto done = set(conf.get(), key, value); !done) return std::unexpected(done.error());
  }
  if (auto done = set_all(fixed); !done) return std::unexpected(done.error());
  rd_kafka_conf_set_opaque(conf.get(), &connections);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  if (call_back) call_back(conf.get());
  char why[512];
  rd_kafka_t* const client = rd_kafka_new(type, conf.get(), why, sizeof why);
  if (!client) return refusal("the settings of Kafka do not go together: {}", why);
  (void)conf.release();  // the client has it now
  return Client(client);
}

Result<Client> make_reader(const Cluster& cluster, Connections& connections) {
  // A group's name is demanded although no group is joined.
  return make_client(RD_KAFKA_CONSUMER, cluster, {{"group.id", "provodka-reader"}},
                     {{"isolation.level", "read_committed"},
                      {"enable.auto.commit", "false"},
                      {"enable.partition.eof", "true"},
                      {"auto.offset.reset", "error"},
                      {"allow.auto.create.topics", "false"}},
                     connections);
}

std::unexpected<Fault> failed(std::string_view what, rd_kafka_resp_err_t error,
                              const Connections& connections) {
  const std::string trouble = connections.trouble();
  const bool is_timeout = error == RD_KAFKA_RESP_ERR__TIMED_OUT || error == RD_KAFKA_RESP_ERR__TRANSPORT ||
                          error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN;
  if (is_timeout && !trouble.empty()) return fault("{}: {}", what, trouble);
  return fault("{}: {}", what, rd_kafka_err2str(error));
}

std::unexpected<Fault> failed(std::string_view what, const rd_kafka_error_t* error,
                              const Connections& connections) {
  if (rd_kafka_error_code(error) == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    return failed(what, RD_KAFKA_RESP_ERR__TIMED_OUT, connections);
  }
  return fault("{}: {}", what, rd_kafka_error_string(error));
}

}  // namespace provodka::kafka
