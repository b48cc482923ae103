#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

// What routers write in more than one way, read so that it can be compared.
namespace provodka::routeros {

// `yes` and `true` are true; what else there is, and nothing, is false.
bool read_bool(std::string_view text);

// `AA:BB:CC:DD:EE:FF` for a MAC address with colons, hyphens, Cisco's dots, or none. Nothing for anything
// else.
std::optional<std::string> plain_mac(std::string_view text);

// Bits per second of `10M`, `512k`, `1G` or `10000000`.
std::optional<uint64_t> read_rate(std::string_view text);

struct Rates {
  uint64_t up = 0, down = 0;
  friend bool operator==(const Rates&, const Rates&) = default;
};

// `UP/DOWN` as a queue and a lease write it, seen from the subscriber; nothing in it is 0/0, one rate is
// both.
std::optional<Rates> read_rates(std::string_view text);

// `10M/50M`, in the largest unit that is exact.
std::string write_rates(Rates rates);

}  // namespace provodka::routeros
