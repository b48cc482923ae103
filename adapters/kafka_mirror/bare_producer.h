#pragma once

#include "adapters/kafka_mirror/mirror.h"

#include <cstdint>

namespace provodka::kafka {

// The floor of the mirror's bench: a transactional producer that sends the same records with the same
// settings and in transactions of the same size, but has them ready in memory and keeps no account of where
// it is. The topic `<prefix>.bare` is made for it, and stays. Returns the seconds from the first record to
// the last commit.
Result<double> bare_producer_seconds(const MirrorOptions&, log::EventSource&, uint64_t events);

}  // namespace provodka::kafka
