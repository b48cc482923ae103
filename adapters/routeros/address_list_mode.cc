#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"

#include <fmt/format.h>

namespace provodka::routeros {
namespace {

class AddressList final : public Mode {
 public:
  explicit AddressList(AddressListOptions options) : options_(std::move(options)) {}

  std::string_view name() const override { return "address-list"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override {
    return {".id", "address", "comment", "disabled", "dynamic"};
  }
  std::vector<std::string> query() const override { return {"list=" + options_.list}; }

  Wish wish(const Point& point) const override {
    const auto address = plain_address(point.address);
    if (point.on) {
      Wish wish;
      if (address) wish.item.add("address", *address);
      return wish;
    }
    if (!address)
      return {Wish::Kind::impossible, {}, fmt::format("\"{}\" is no IPv4 address to block", point.address)};
    // An entry with a timeout is dynamic, and gone after a reboot.
    return {Wish::Kind::present,
            {{"list", options_.list},
             {"address", *address},
             {"disabled", "no"},
             {"dynamic", "no"},
             {"comment", point.tag}},
            {}};
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    if (property == "list") return true;  // the query has seen to it
    if (property == "address") return plain_address(has) == plain_address(wanted);
    if (property == "comment") return has == wanted;
    return read_bool(has) == read_bool(wanted);
  }

  std::vector<std::string> keys(const Item& item) const override {
    const std::string_view address = item.find("address");
    if (address.empty()) return {};
    return {"address=" + plain_address(address).value_or(std::string(address))};
  }

  bool is_fixed(std::string_view property) const override {
    return property == "address" || property == "dynamic";
  }
  bool foreign_acts() const override { return true; }

 private:
  AddressListOptions options_;
  std::string menu_ = "/ip/firewall/address-list";
};

}  // namespace

std::unique_ptr<Mode> address_list_mode(AddressListOptions options) {
  return std::make_unique<AddressList>(std::move(options));
}

}  // namespace provodka::routeros
