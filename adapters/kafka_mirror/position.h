#pragma once

#include "adapters/kafka_client/client.h"
#include "ledger/core/ids.h"
#include "ledger/log/merkle.h"

#include <optional>
#include <string>
#include <string_view>

namespace provodka::kafka {

// How far a log is mirrored, as the last record of the position topic has it. The two hashes say of which
// log: another one differs in its first line, and one that went another way in the line at the position.
struct MirrorPosition {
  Position position;     // the last event that is mirrored
  log::Hash first_line;  // leaf hashes as in RFC 6962; of nothing where the position is zero
  log::Hash line;
  std::string mirror;  // which mirror wrote it: one that finds another's here has been replaced
  // Where the log ended when the transaction began, looked up then: a position before it says that the copy
  // is not whole yet. Zero where an older mirror wrote it.
  Position log;
  // How many records of wanted states were written at least; nullopt where an older mirror wrote it.
  std::optional<uint64_t> access = {};

  // `{"position":"48212","first":"<base64>","line":"<base64>","mirror":"<hex>","log":"48212","access":"912"}`
  std::string to_json() const;
  // Reads what to_json() writes, also without `access`, or without that and `log`, and nothing else.
  static std::optional<MirrorPosition> parse(std::string_view json);
};

// The newest committed position; nullopt where there is none. To be called once no transaction of an older
// mirror can be under way: after the producer was initialised.
Result<std::optional<MirrorPosition>> read_position(const Cluster&, const std::string& topic);

// Whether a consumer of committed records would find any in the topic.
Result<bool> has_records(const Cluster&, const std::string& topic, int partitions);

}  // namespace provodka::kafka
