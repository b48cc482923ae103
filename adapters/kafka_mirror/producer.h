#pragma once

#include "adapters/kafka_client/client.h"
#include "adapters/kafka_mirror/mirror.h"
#include "adapters/kafka_mirror/record.h"

namespace provodka::kafka {

// One transaction takes what is there, up to so much. More would not be faster, and consumers would wait.
inline constexpr uint64_t kTransactionEventsMax = 50'000;
inline constexpr size_t kTransactionTextBytesMax = 32 << 20;
// A batch of records may be so large (librdkafka's message.max.bytes), and every topic must take it.
inline constexpr int kBatchBytesMax = 1'000'000;

using Headers = std::unique_ptr<rd_kafka_headers_t, Destroyer<rd_kafka_headers_destroy>>;

Cluster cluster_of(const MirrorOptions&);

// A transactional producer. A record that is not taken is noted as the trouble of its connections.
Result<Client> make_producer(const MirrorOptions&, const std::string& transactional_id, Connections&);

// What spares consumers reading the value: the attributes as in the Kafka protocol binding of CloudEvents.
// And the position of the line in the log, by which all partitions together are put in its order again.
Headers event_headers(const LineAttributes&, Position);

// Hands a record over; null where that succeeded, and then the headers, which may be null, belong to it. A
// value without data() is none: a compacted topic forgets the key. The value, unless the flags say that it is
// copied, must stay until it was delivered. The position is for messages.
rd_kafka_error_t* send_record(rd_kafka_t*, rd_kafka_topic_t*, std::string_view key, std::string_view value,
                              int flags, rd_kafka_headers_t*, Position);

}  // namespace provodka::kafka
