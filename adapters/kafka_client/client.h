#pragma once

#include "adapters/kafka_client/handles.h"
#include "ledger/core/result.h"

#include <initializer_list>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace provodka::kafka {

// Where the brokers are and how they are spoken to.
struct Cluster {
  std::string brokers;                          // HOST:PORT, several with commas
  std::map<std::string, std::string> settings;  // librdkafka's own, such as security.protocol
};

using Settings = std::initializer_list<std::pair<const char*, std::string>>;

// What a client knows of its connections. librdkafka calls back from its threads; it must outlive the client.
class Connections {
 public:
  // What went wrong last, for a message; empty where nothing did.
  std::string trouble() const;
  void note(std::string what);

 private:
  mutable std::mutex mutex_;
  std::string trouble_;
};

// A client: `usual` may be overridden by the cluster's settings, `fixed` may not, because correctness hangs
// on it. A bad setting is refused; its value is not repeated where it may be a secret.
// `call_back` sets callbacks of its own where there are any; what these are given is the Connections.
Result<Client> make_client(rd_kafka_type_t, const Cluster&, Settings usual, Settings fixed, Connections&,
                           void (*call_back)(rd_kafka_conf_t*) = nullptr);

// A consumer that is given its partitions and belongs to no group: for reading what is there.
Result<Client> make_reader(const Cluster&, Connections&);

// A fault of librdkafka: "what: why", with the trouble of the connections where time ran out.
std::unexpected<Fault> failed(std::string_view what, rd_kafka_resp_err_t, const Connections&);
std::unexpected<Fault> failed(std::string_view what, const rd_kafka_error_t*, const Connections&);

}  // namespace provodka::kafka
