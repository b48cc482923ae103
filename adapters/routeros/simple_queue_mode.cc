#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

class SimpleQueue final : public Mode {
 public:
  std::string_view name() const override { return "simple-queue"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override {
    return {".id", "name", "target", "max-limit", "comment", "disabled", "dynamic"};
  }

  Wish wish(const Point& point) const override {
    const Rates rates{point.up_bps, point.down_bps};
    if (rates == Rates{}) return {};
    const auto address = plain_address(point.address);
    if (!address)
      return {
          Wish::Kind::impossible, {}, fmt::format("\"{}\" is no IPv4 address for a queue", point.address)};
    return {Wish::Kind::present,
            {{"name", point.tag},
             {"target", address->find('/') == address->npos ? *address + "/32" : *address},
             {"max-limit", write_rates(rates)},
             {"disabled", "no"},
             {"comment", point.tag}},
            {}};
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    if (property == "target") {
      const auto target = plain_address(has);
      return target && target == plain_address(wanted);
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
