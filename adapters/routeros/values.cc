#include "adapters/routeros/values.h"

#include <charconv>
#include <limits>

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

// Digits and nothing else, up to a number.
std::optional<uint64_t> read_number(std::string_view text, uint64_t max) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [read_to, failed] = std::from_chars(text.data(), end, value);
  if (text.empty() || failed != std::errc() || read_to != end || value > max) return std::nullopt;
  return value;
}

std::string write_rate(uint64_t rate) {
  if (rate != 0 && rate % 1'000'000 == 0) return fmt::format("{}M", rate / 1'000'000);
  if (rate != 0 && rate % 1'000 == 0) return fmt::format("{}k", rate / 1'000);
  return fmt::format("{}", rate);
}

}  // namespace

bool read_bool(std::string_view text) { return text == "yes" || text == "true"; }

std::optional<std::string> plain_mac(std::string_view text) {
  std::string out;
  size_t digits = 0;
  for (const char c : text) {
    if (c == ':' || c == '-' || c == '.') continue;
    const bool small = c >= 'a' && c <= 'f';
    if (!small && !(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'F')) return std::nullopt;
    if (digits > 0 && digits % 2 == 0) out.push_back(':');
    out.push_back(small ? static_cast<char>(c - 'a' + 'A') : c);
    if (++digits > 12) return std::nullopt;
  }
  if (digits != 12) return std::nullopt;
  return out;
}

std::optional<uint64_t> read_rate(std::string_view text) {
  uint64_t unit = 1;
  if (!text.empty()) {
    const char last = text.back();
    unit = last == 'k' || last == 'K'   ? 1'000
           : last == 'M' || last == 'm' ? 1'000'000
           : last == 'G'                ? 1'000'000'000
                                        : 1;
  }
  if (unit > 1) text.remove_suffix(1);
  const auto value = read_number(text, std::numeric_limits<uint64_t>::max() / unit);
  if (!value) return std::nullopt;
  return *value * unit;
}

std::optional<Rates> read_rates(std::string_view text) {
  if (text.empty()) return Rates{};
  const size_t slash = text.find('/');
  const auto up = read_rate(text.substr(0, slash));
  const auto down = slash == text.npos ? up : read_rate(text.substr(slash + 1));
  if (!up || !down) return std::nullopt;
  return Rates{*up, *down};
}

std::string write_rates(Rates rates) { return write_rate(rates.up) + "/" + write_rate(rates.down); }

}  // namespace provodka::routeros
