#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"
#include "ledger/core/ip_prefix.h"

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

// A target is a prefix always.
std::string target_of(const IpPrefix& address) {
  return address.is_one_address() ? fmt::format("{}/{}", address.text(), address.bits()) : address.text();
}

class SimpleQueue final : public Mode {
 public:
  std::string_view name() const override { return "simple-queue"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override {
    return {".id", "name", "target", "max-limit", "comment", "disabled", "dynamic"};
  }

  Wish wish(const Point& point) const override {
    if (point.gone) return {};
    const Rates rates{point.up_bps, point.down_bps};
    if (rates == Rates{}) return {};
    const auto address = IpPrefix::parse(point.address);
    if (!address)
      return {Wish::Kind::impossible, {}, fmt::format("\"{}\" is no IP address for a queue", point.address)};
    return {Wish::Kind::present,
            {{"name", point.tag},
             {"target", target_of(*address)},
             {"max-limit", write_rates(rates)},
             {"disabled", "no"},
             {"comment", point.tag}},
            {}};
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    if (property == "target") {
      return IpPrefix::parse(has) == IpPrefix::parse(wanted);
    }
    if (property == "max-limit") {
      const auto rates = read_rates(has);
      return rates && rates == read_rates(wanted);
    }
    if (property == "disabled") return read_bool(has) == read_bool(wanted);
    return has == wanted;
  }

  std::vector<std::string> keys(const Item& item) const override {
    const std::string_view name = item.find("name");
    if (name.empty()) return {};
    return {"name=" + std::string(name)};
  }

 private:
  std::string menu_ = "/queue/simple";
};

}  // namespace

std::unique_ptr<Mode> simple_queue_mode() { return std::make_unique<SimpleQueue>(); }

}  // namespace provodka::routeros
