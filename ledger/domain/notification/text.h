#pragma once

#include "ledger/core/text.h"
#include "ledger/domain/rejection.h"

#include <boost/container/small_vector.hpp>

// The text of a template: fields of Fields in braces, and anything else but braces.
namespace provodka::notification {

using FieldNames = boost::container::small_vector<Id, 4>;

// The fields that a text names, once each, in the order in which it does; or what is wrong with it, with the
// field's name or the byte.
Decided<FieldNames> fields_in(std::string_view text, std::string_view pointer);

// A bit for each, in the order of the members of Fields. Names that are none have no bit.
uint32_t bits_of(const FieldNames&);

}  // namespace provodka::notification
