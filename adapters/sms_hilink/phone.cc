#include "adapters/sms_hilink/phone.h"

namespace provodka::sms_hilink {
namespace {

constexpr size_t kDigitsMin = 8, kDigitsMax = 15;

// The digits alone, and whether a plus stood before them.
struct Written {
  bool plus = false;
  std::string digits;
};

Result<Written> read(std::string_view text) {
  Written written;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      written.digits.push_back(c);
    } else if (c == '+') {
      if (written.plus || !written.digits.empty())
        return refusal("no phone number: a plus stands only at its beginning");
      written.plus = true;
    } else if (std::string_view(" -.()/").find(c) == std::string_view::npos) {
      return refusal("no phone number: it has other characters than digits");
    }
  }
  if (written.digits.empty()) return refusal("no phone number: it has no digits");
  return written;
}

Result<std::string> checked(std::string_view digits) {
  if (digits.starts_with('0')) return refusal("no phone number: a country's code does not begin with 0");
  if (digits.size() < kDigitsMin) return refusal("no phone number: it has only {} digits", digits.size());
  if (digits.size() > kDigitsMax) return refusal("no phone number: it has {} digits", digits.size());
  return fmt::format("+{}", digits);
}

}  // namespace

Result<std::string> to_e164(std::string_view text, const NumberingPlan& plan) {
  const auto written = read(text);
  if (!written) return std::unexpected(written.error());
  const std::string_view digits = written->digits;
  if (written->plus) return checked(digits);
  if (digits.starts_with("00")) return checked(digits.substr(2));
  if (plan.digits > 0 && digits.size() == plan.trunk.size() + plan.digits && digits.starts_with(plan.trunk))
    return checked(plan.country + std::string(digits.substr(plan.trunk.size())));
  if (plan.digits > 0 && digits.size() == plan.country.size() + plan.digits &&
      digits.starts_with(plan.country))
    return checked(digits);
  return refusal("no phone number: it has no country code");
}

Result<std::string> international_to_e164(std::string_view text) {
  const auto written = read(text);
  if (!written) return std::unexpected(written.error());
  return checked(written->digits);
}

}  // namespace provodka::sms_hilink
