#include "adapters/kafka_mirror/producer.h"

namespace provodka::kafka {
namespace {

// Only what failed is told, so this is the reason for which a transaction will be given up.
void on_failed_delivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  if (!message->err || message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
      message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT)
    return;
  static_cast<Connections*>(opaque)->note(
      fmt::format("the event at position {} ({} bytes) was not taken by {}: {}",
                  reinterpret_cast<uintptr_t>(message->_private), message->len,
                  rd_kafka_topic_name(message->rkt), rd_kafka_err2str(message->err)));
}

}  // namespace

Cluster cluster_of(const MirrorOptions& options) {
  return {.brokers = options.brokers, .settings = options.settings};
}

Result<Client> make_producer(const MirrorOptions& options, const std::string& transactional_id,
                             Connections& connections) {
  return make_client(RD_KAFKA_PRODUCER, cluster_of(options),
                     {{"linger.ms", "2"},
                      {"compression.type", "lz4"},
                      {"message.max.bytes", std::to_string(kBatchBytesMax)},
                      {"queue.buffering.max.messages", std::to_string(2 * kTransactionEventsMax)},
                      {"queue.buffering.max.kbytes", std::to_string(4 * (kTransactionTextBytesMax >> 10))},
                      {"reconnect.backoff.max.ms", "2000"}},
                     {{"transactional.id", transactional_id},
                      {"enable.idempotence", "true"},
                      // The order per account hangs on it. As in the Java clients, so that their streams of
                      // the same keys fall together.
                      {"partitioner", "murmur2_random"},
                      {"delivery.report.only.error", "true"}},
                     connections,
                     [](rd_kafka_conf_t* conf) { rd_kafka_conf_set_dr_msg_cb(conf, on_failed_delivery); });
}

Headers event_headers(const LineAttributes& attributes, Position position) {
  Headers headers(rd_kafka_headers_new(9));
  const auto set = [&](std::string_view name, std::string_view value) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  };
  set("content-type", "application/cloudevents+json");
  set("ce_specversion", "1.0");
  set("ce_id", attributes.id);
  set("ce_source", attributes.source);
  set("ce_type", attributes.type);
  set("ce_subject", attributes.subject);
  set("ce_time", attributes.time);
  set("ce_partitionkey", attributes.partitionkey);
  set(kPositionHeader, fmt::to_string(position.value()));
  return headers;
}

rd_kafka_error_t* send_record(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::string_view key,
                              std::string_view value, int flags, rd_kafka_headers_t* headers,
                              Position position) {
  rd_kafka_vu_t parts[6];
  parts[0].vtype = RD_KAFKA_VTYPE_RKT;
  parts[0].u.rkt = topic;
  parts[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  parts[1].u.i = flags;
  parts[2].vtype = RD_KAFKA_VTYPE_KEY;
  parts[2].u.mem = {const_cast<char*>(key.data()), key.size()};
  parts[3].vtype = RD_KAFKA_VTYPE_VALUE;
  parts[3].u.mem = {const_cast<char*>(value.data()), value.size()};
  parts[4].vtype = RD_KAFKA_VTYPE_OPAQUE;
  parts[4].u.ptr = reinterpret_cast<void*>(static_cast<uintptr_t>(position.value()));
  parts[5].vtype = RD_KAFKA_VTYPE_HEADERS;
  parts[5].u.headers = headers;
  return rd_kafka_produceva(producer, parts, headers ? 6 : 5);
}

}  // namespace provodka::kafka
