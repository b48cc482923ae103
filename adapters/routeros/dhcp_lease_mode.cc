#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"
#include "ledger/core/ip_prefix.h"

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

class DhcpLease final : public Mode {
 public:
  explicit DhcpLease(DhcpLeaseOptions options) : options_(std::move(options)) {}

  std::string_view name() const override { return "dhcp-lease"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override {
    return {".id",        "address", "mac-address", "server", "block-access",
            "rate-limit", "comment", "disabled",    "dynamic"};
  }

  Wish wish(const Point& point) const override {
    if (point.gone) return {};
    const auto address = IpPrefix::parse(point.address);
    const auto mac = plain_mac(point.mac);
    const std::string_view block = point.on ? "no" : "yes";
    const auto impossible = [&](std::string why) {
      return Wish{Wish::Kind::impossible, {{"block-access", std::string(block)}}, std::move(why)};
    };
    if (!mac) return impossible(fmt::format("\"{}\" is no MAC address for a lease", point.mac));
    if (!address || address->is_v6() || !address->is_one_address())
      return impossible(fmt::format("\"{}\" is no IPv4 address for a lease", point.address));
    Wish wish{Wish::Kind::present,
              {{"address", address->text()},
               {"mac-address", *mac},
               {"block-access", std::string(block)},
               {"disabled", "no"}},
              {}};
    if (!options_.server.empty()) wish.item.add("server", options_.server);
    if (options_.rate_limits) {
      const Rates rates{point.up_bps, point.down_bps};
      wish.item.add("rate-limit", rates == Rates{} ? std::string() : write_rates(rates));
    }
    wish.item.add("comment", point.tag);
    return wish;
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    if (property == "address") return IpPrefix::parse(has) == IpPrefix::parse(wanted);
    if (property == "mac-address") return plain_mac(has) == plain_mac(wanted);
    if (property == "rate-limit") {
      const auto rates = read_rates(has);
      return rates && rates == read_rates(wanted);
    }
    if (property == "block-access" || property == "disabled") return read_bool(has) == read_bool(wanted);
    return has == wanted;
  }

  std::vector<std::string> keys(const Item& item) const override {
    std::vector<std::string> keys;
    if (const auto mac = plain_mac(item.find("mac-address"))) keys.push_back("mac-address=" + *mac);
    if (const auto address = IpPrefix::parse(item.find("address")))
      keys.push_back("address=" + address->text());
    return keys;
  }

  // A lease that was dynamic knows its client by the client's id, and would not be that of another device.
  std::vector<Attribute> sent_with(std::string_view property) const override {
    if (property != "mac-address") return {};
    return {{"client-id", ""}};
  }
  bool adopts() const override { return options_.adopts; }

 private:
  DhcpLeaseOptions options_;
  std::string menu_ = "/ip/dhcp-server/lease";
};

}  // namespace

std::unique_ptr<Mode> dhcp_lease_mode(DhcpLeaseOptions options) {
  return std::make_unique<DhcpLease>(std::move(options));
}

}  // namespace provodka::routeros
