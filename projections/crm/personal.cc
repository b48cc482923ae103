#include "projections/crm/personal.h"

#include <simdjson.h>

namespace provodka::projections {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::object;
using simdjson::ondemand::value;

std::string text(value from) { return std::string(std::string_view(from.get_string())); }

std::vector<std::string> phones_in(array phones) {
  std::vector<std::string> texts;
  for (value phone : phones) texts.push_back(text(phone));
  return texts;
}

std::vector<std::string> addresses_in(array addresses) {
  std::vector<std::string> texts;
  for (object address : addresses) texts.push_back(text(address["text"]));
  return texts;
}

void read_contract(object contract, CardData& out) {
  for (auto field : contract) {
    const std::string_view key = field.unescaped_key();
    if (key == "number") out.contract = text(field.value());
    if (key == "date") out.contract_date = text(field.value());
  }
}

CardData read(object personal) {
  CardData out;
  for (auto field : personal) {
    const std::string_view key = field.unescaped_key();
    if (key == "name") {
      out.name = text(field.value());
    } else if (key == "phones") {
      out.phones = phones_in(field.value());
    } else if (key == "email") {
      out.email = text(field.value());
    } else if (key == "addresses") {
      out.addresses = addresses_in(field.value());
    } else if (key == "tax_number") {
      out.tax_number = text(field.value());
    } else if (key == "contract") {
      read_contract(field.value(), out);
    } else if (key == "note") {
      out.note = text(field.value());
    }
  }
  return out;
}

}  // namespace

Result<CardData> read_card_data(std::string_view json) {
  static thread_local simdjson::ondemand::parser parser;
  try {
    const simdjson::padded_string padded(json);
    auto document = parser.iterate(padded);
    return read(document.get_object());
  } catch (const simdjson::simdjson_error& error) {
    return fault("personal data that was sealed cannot be read: {}", error.what());
  }
}

}  // namespace provodka::projections
