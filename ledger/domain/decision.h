#pragma once

#include "ledger/domain/event.h"
#include "ledger/domain/rejection.h"

#include <boost/container/small_vector.hpp>

namespace provodka {

// The events that a command leads to, in order. Never empty: a command that succeeds leaves a trace.
using Decision = boost::container::small_vector<Event, 1>;

template <class E>
Decided<Decision> accept(E&& event) {
  Decision decision;
  decision.emplace_back(std::forward<E>(event));
  return decision;
}

}  // namespace provodka
