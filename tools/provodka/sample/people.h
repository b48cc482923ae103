#pragma once

#include <cstdint>
#include <string>

// Who the subscribers are, by their number alone: nobody of them is kept.
namespace provodka::tools::sample {

struct Person {
  std::string name;    // of a person or of a company
  std::string street;  // without the house
  std::string house;   // street and house
  std::string door;    // house and flat, or office
  std::string phone;
  std::string email;  // may be empty
};

// No text in it needs escaping in JSON.
Person person_of(uint64_t seed, uint32_t number, bool company);

}  // namespace provodka::tools::sample
