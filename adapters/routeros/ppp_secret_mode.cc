#include "adapters/routeros/mode.h"
#include "adapters/routeros/values.h"

namespace provodka::routeros {
namespace {

class PppSecret final : public Mode {
 public:
  std::string_view name() const override { return "ppp-secret"; }
  const std::string& menu() const override { return menu_; }
  std::vector<std::string> properties() const override { return {".id", "name", "disabled", "comment"}; }

  Wish wish(const Point& point) const override {
    if (point.gone && point.on) return {};
    if (point.gone) return {Wish::Kind::shut, {{"disabled", "yes"}, {"comment", point.tag}}, {}};
    const std::string disabled = point.on ? "no" : "yes";
    if (point.login.empty())
      return {Wish::Kind::impossible, {{"disabled", disabled}}, "the point has no login for a secret"};
    return {Wish::Kind::held, {{"name", point.login}, {"disabled", disabled}, {"comment", point.tag}}, {}};
  }

  bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const override {
    return property == "disabled" ? read_bool(has) == read_bool(wanted) : has == wanted;
  }

  std::vector<std::string> keys(const Item& item) const override {
    const std::string_view name = item.find("name");
    if (name.empty()) return {};
    return {"name=" + std::string(name)};
  }

  bool removes() const override { return false; }
  std::string_view sessions_menu() const override { return "/ppp/active"; }

 private:
  std::string menu_ = "/ppp/secret";
};

}  // namespace

std::unique_ptr<Mode> ppp_secret_mode() { return std::make_unique<PppSecret>(); }

}  // namespace provodka::routeros
