#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"
#include "ledger/core/ip_prefix.h"

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

// IPv4 and IPv6 have a list each, under one name. A point's address is in one of the two.
class AddressList final : public Mode {
 public:
  explicit AddressList(AddressListOptions options)
      : options_(std::move(options)),
        menu_(options_.v6 ? "/ipv6/firewall/address-list" : "/ip/firewall/address-list") {}

  std::string_view name() const override { return options_.v6 ? "address-list-v6" : "address-list"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override {
    return {".id", "address", "comment", "disabled", "dynamic"};
  }
  std::vector<std::string> query() const override { return {"list=" + options_.list}; }
  // IPv6 is a package of RouterOS 6 that may be missing.
  bool may_be_missing() const override { return options_.v6; }

  Wish wish(const Point& point) const override {
    if (point.gone) return {};
    const auto address = IpPrefix::parse(point.address);
    if (address ? address->is_v6() != options_.v6 : point.on || options_.v6) return {};
    if (!address)
      return {Wish::Kind::impossible, {}, fmt::format("\"{}\" is no IP address to block", point.address)};
    if (point.on) {
      Wish wish;
      wish.item.add("address", address->text());
      return wish;
    }
    // An entry with a timeout is dynamic, and gone after a reboot.
    return {Wish::Kind::present,
            {{"list", options_.list},
             {"address", address->text()},
             {"disabled", "no"},
             {"dynamic", "no"},
             {"comment", point.tag}},
            {}};
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    if (property == "list") return true;  // the query has seen to it
    if (property == "address") return IpPrefix::parse(has) == IpPrefix::parse(wanted);
    if (property == "comment") return has == wanted;
    return read_bool(has) == read_bool(wanted);
  }

  std::vector<std::string> keys(const Item& item) const override {
    const std::string_view address = item.find("address");
    if (address.empty()) return {};
    const auto prefix = IpPrefix::parse(address);
    return {"address=" + (prefix ? prefix->text() : std::string(address))};
  }

  // The router keeps an IPv6 address as a prefix.
  std::vector<std::string> query_of(const std::string& key) const override {
    if (!options_.v6 || key.find('/') != key.npos) return {key};
    return {key, key + "/128", "#|"};
  }

  bool is_fixed(std::string_view property) const override {
    return property == "address" || property == "dynamic";
  }
  bool others_act() const override { return true; }

 private:
  AddressListOptions options_;
  std::string menu_;
};

}  // namespace

std::unique_ptr<Mode> address_list_mode(AddressListOptions options) {
  return std::make_unique<AddressList>(std::move(options));
}

}  // namespace provodka::routeros
