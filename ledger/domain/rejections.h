#pragma once

#include "ledger/domain/rejection.h"

#include <span>

namespace provodka {

// Every kind of every room, by number: what the documents list. A test holds it to the rejection.h files.
std::span<const RejectionKind* const> all_rejections();

}  // namespace provodka
