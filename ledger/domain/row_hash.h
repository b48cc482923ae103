#pragma once

#include "ledger/core/hash.h"
#include "ledger/core/ids.h"

// What the indices of World find rows by.
namespace provodka {

inline uint64_t hash_in(TenantId tenant, std::string_view name) { return hash_of(name, tenant.value()); }

inline uint64_t hash_entry(uint64_t tenant, uint64_t sequence) { return hash_of(sequence, tenant); }

}  // namespace provodka
