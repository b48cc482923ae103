#include "tools/provodka/sample/lines.h"

#include "tools/provodka/sample/life.h"
#include "tools/provodka/sample/people.h"

#include <iterator>

namespace provodka::tools::sample {
namespace {

constexpr std::string_view kCurrency = "RUB";
constexpr std::string_view kOffset = "+03:00";  // Moscow's since 2014

std::string roubles(int64_t minor) { return fmt::format("{}.{:02}", minor / 100, minor % 100); }

uint32_t account_of(const Action& action) { return kFirstAccount + action.who; }

std::string subscription_of(const Action& action) {
  return fmt::format("{}-{}", account_of(action), kServices[action.item].id);
}

const Tariff& tariff_of(const Action& action) {
  switch (static_cast<Service>(action.item)) {
    case Service::internet:
      break;
    case Service::static_ip:
      return is_of_company(action.tariff) ? kOfficeStaticIp : kStaticIp;
    case Service::tv:
      return kTv;
  }
  return kTariffs[action.tariff];
}

// Every subscriber has an address of his own: in 10.64.0.1 and up, and a second point in 100.64.0.0/10, which
// has room for four million.
constexpr uint32_t kFirstAddresses = 0x0a400001, kSecondAddresses = 0x64400000;

std::string address_of(uint32_t first, uint32_t who) {
  const uint32_t address = first + (first == kSecondAddresses ? who % (1u << 22) : who);
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

std::string_view provider_of(const Action& action) {
  return action.item < kProviders.size() ? kProviders[action.item] : kBank;
}

}  // namespace

// One command. The order of its fields is that in which they are added.
class Lines::Line {
 public:
  Line(const Plan& plan, uint32_t at, fmt::memory_buffer& out) : plan_(plan), at_(at), out_(out) {}

  // The envelope up to its data; then come the fields of those.
  void begin(std::string_view type, std::string_view id) {
    put(R"({{"type":"{}","id":"{}","tenant":"{}","time":"{}","data":{{)", type, id, plan_.tenant, time());
    first_ = true;
  }
  void end() { put("}}}}\n"); }

  Line& text(std::string_view name, std::string_view value) {
    return json(name, fmt::format("\"{}\"", value));
  }
  Line& number(std::string_view name, int64_t value) { return json(name, fmt::format("{}", value)); }
  Line& money(std::string_view name, int64_t minor) { return text(name, roubles(minor)); }
  Line& date(std::string_view name, Date value) { return text(name, value.to_string()); }
  Line& json(std::string_view name, std::string_view value) {
    put(R"({}"{}":{})", first_ ? "" : ",", name, value);
    first_ = false;
    return *this;
  }

  std::string time() const {
    const uint32_t second = at_ % kSecondsPerDay;
    return fmt::format("{}T{:02}:{:02}:{:02}{}", today().to_string(), second / 3600, second / 60 % 60,
                       second % 60, kOffset);
  }
  Date today() const { return add_days(plan_.from, at_ / kSecondsPerDay); }

 private:
  template <class... A>
  void put(fmt::format_string<A...> format, A&&... arguments) {
    out_.append(fmt::format(format, std::forward<A>(arguments)...));
  }

  const Plan& plan_;
  const uint32_t at_;
  fmt::memory_buffer& out_;
  bool first_ = true;
};

namespace {

// Of one version. `price` is that of the version.
template <class Line>
void publish(Line& line, const Tariff& tariff, std::string_view service, const FamilyTerms& terms,
             int version, int64_t price, Date effective) {
  line.begin("tariff.publish", fmt::format("tariff-{}-{}", tariff.id, version));
  line.text("tariff", tariff.id).number("version", version).text("service", service);
  line.date("effective", effective).text("mode", terms.mode).text("period", terms.period);
  line.text("anchor", terms.anchor).money("price", price).text("currency", kCurrency);
  line.text("shortage", terms.shortage);
  if (terms.mode == "arrears") line.number("due_days", kDueDays);
  if (tariff.down > 0) line.json("speed", fmt::format(R"({{"down":{},"up":{}}})", tariff.down, tariff.up));
  line.end();
}

}  // namespace

void Lines::set_up(const Action& action, fmt::memory_buffer& out) {
  Line line(plan_, action.at, out);
  line.begin("tenant.create", "tenant");
  line.text("currency", kCurrency)
      .text("zone", "Europe/Moscow")
      .text("locale", "ru-RU")
      .text("name", "OK-Telecom");
  line.end();
  line.begin("tenant.configure", "tenant-terms");
  line.number("grace_hours", 72);
  line.json("promise", fmt::format(R"({{"max_amount":"{}","max_days":{},"interval_days":{}}})",
                                   roubles(kPromiseMax), kPromiseDaysMax, kPromiseIntervalDays));
  line.end();
  for (size_t i = 0; i < kServices.size(); ++i) {
    const ServiceTerms& service = kServices[i];
    line.begin("service.define", fmt::format("service-{}", service.id));
    line.text("service", service.id);
    line.json("names", fmt::format(R"({{"ru":"{}","en":"{}"}})", service.ru, service.en));
    line.number("rank", static_cast<int64_t>(i) + 1);
    if (!service.required.empty()) line.text("requires", service.required);
    line.text("revenue", service.id);
    line.json(
        "vat",
        R"([{"from":"2019-01-01","rate":"20","included":true},{"from":"2026-01-01","rate":"22","included":true}])");
    line.end();
  }
  const Date effective = plan_.from;
  for (const FamilyTerms& terms : kFamilies) {
    for (int t = terms.first; terms.per_mille > 0 && t < terms.first + terms.count; ++t) {
      const Tariff& tariff = kTariffs[static_cast<size_t>(t)];
      publish(line, tariff, kServices[0].id, terms, 1, tariff.price, effective);
    }
  }
  const FamilyTerms& monthly = terms_of(Family::monthly);
  publish(line, kStaticIp, "static-ip", monthly, 1, kStaticIp.price, effective);
  publish(line, kOfficeStaticIp, "static-ip", terms_of(Family::office), 1, kOfficeStaticIp.price, effective);
  publish(line, kTv, "tv", monthly, 1, kTv.price, effective);
}

void Lines::raise_prices(const Action& action, fmt::memory_buffer& out) {
  Line line(plan_, action.at, out);
  for (const FamilyTerms& terms : kFamilies) {
    for (int t = terms.first; t < terms.first + terms.count; ++t) {
      const Tariff& tariff = kTariffs[static_cast<size_t>(t)];
      if (tariff.raised == 0) continue;
      publish(line, tariff, kServices[0].id, terms, 2, tariff.raised, raised_from(plan_));
    }
  }
}

void Lines::open(const Action& action, Line& line) const {
  const bool company = action.item != 0;
  const uint32_t account = account_of(action);
  const Person person = person_of(plan_.seed, action.who, company);
  if (action.kind == Kind::register_person) {
    line.begin("subscriber.register", fmt::format("register-{}", account));
    line.text("subscriber", fmt::format("s-{}", account)).text("kind", company ? "company" : "person");
    line.text("name", person.name).json("phones", fmt::format("[\"{}\"]", person.phone));
    if (!person.email.empty()) line.text("email", person.email);
    line.json("addresses", fmt::format(R"([{{"text":"{}","street":"{}"}}])", person.door, person.street));
    line.text("language", "ru");
    line.json("contract", fmt::format(R"({{"number":"{}","date":"{}"}})", account, line.today().to_string()));
    line.end();
    return;
  }
  line.begin("account.open", fmt::format("open-{}", account));
  line.text("account", fmt::format("{}", account));
  line.text("subscriber", fmt::format("s-{}", account));
  line.text("label", person.house);
  if (action.amount > 0) line.money("credit_limit", action.amount);
  line.end();
}

void Lines::pay(const Action& action, Line& line) const {
  const uint32_t account = account_of(action);
  const bool reverses = action.kind == Kind::reverse;
  const auto external = fmt::format("{}-{}", account, reverses ? action.detail : action.number);
  if (reverses) {
    line.begin("payment.reverse", fmt::format("refund-{}-{}", account, action.number));
    line.text("provider", provider_of(action)).text("external_id", external);
    if (action.amount > 0) line.money("amount", action.amount);
    line.text("reason", action.amount > 0 ? "paid twice in part" : "paid to a wrong account");
  } else {
    line.begin("payment.receive", fmt::format("pay-{}-{}", account, action.number));
    line.text("account", fmt::format("{}", account))
        .money("amount", action.amount)
        .text("currency", kCurrency);
    line.text("provider", provider_of(action)).text("external_id", external);
  }
  line.end();
}

void Lines::subscribe(const Action& action, Line& line) const {
  const uint32_t account = account_of(action);
  const auto subscription = subscription_of(action);
  const auto begin = [&](std::string_view type, std::string_view word) {
    line.begin(type, fmt::format("{}-{}-{}", word, account, action.number));
    line.text("subscription", subscription);
  };
  switch (action.kind) {
    case Kind::start:
      begin("subscription.start", "start");
      line.text("account", fmt::format("{}", account)).text("tariff", tariff_of(action).id);
      break;
    case Kind::switch_tariff:
      begin("subscription.switch", "switch");
      line.text("tariff", tariff_of(action).id).text("when", "next");
      break;
    case Kind::freeze:
      begin("subscription.freeze", "freeze");
      line.date("from", action.day).number("days", action.detail);
      break;
    case Kind::cancel:
      begin("subscription.cancel", "cancel");
      line.text("when", "now");
      break;
    default:  // a discount
      begin("discount.grant", "discount");
      line.text("percent", "10").date("from", action.day);
      line.date("until", add_months_clamped(action.day, 6)).text("reason", "pensioner");
  }
  line.end();
}

void Lines::write(const Action& action, fmt::memory_buffer& out) {
  Line line(plan_, action.at, out);
  const uint32_t account = account_of(action);
  // A command of an account, its id made of a word.
  const auto begin = [&](std::string_view type, std::string_view word) {
    line.begin(type, fmt::format("{}-{}-{}", word, account, action.number));
    line.text("account", fmt::format("{}", account));
  };
  const auto charge = [&](std::string_view word, std::string_view service) {
    begin("charge.post", word);
    line.money("amount", action.amount).text("currency", kCurrency).text("service", service);
  };
  switch (action.kind) {
    case Kind::set_up:
      return set_up(action, out);
    case Kind::raise_prices:
      return raise_prices(action, out);
    case Kind::run_billing:
    case Kind::run_billing_at_end:
      line.begin("billing.run", fmt::format("run-{}{}", line.today().to_string(),
                                            action.kind == Kind::run_billing ? "" : "-end"));
      line.text("through", line.time());
      break;
    case Kind::register_person:
    case Kind::open:
      return open(action, line);
    case Kind::pay:
    case Kind::reverse:
      return pay(action, line);
    case Kind::start:
    case Kind::grant:
    case Kind::switch_tariff:
    case Kind::freeze:
    case Kind::cancel:
      return subscribe(action, line);
    case Kind::place_point:
      line.begin("point.change", fmt::format("place-{}-{}", account_of(action), action.number));
      line.text("point", fmt::format("{}", account_of(action))).text("device", "core-1");
      line.text("address", address_of(kFirstAddresses, action.who));
      break;
    case Kind::add_point:
      begin("point.add", "point");
      line.text("point", fmt::format("{}-2", account)).text("device", "core-1");
      line.text("login", fmt::format("u{}", account))
          .text("address", address_of(kSecondAddresses, action.who));
      break;
    case Kind::add_extra:
      begin("extra.add", "extra");
      line.text("service", "antivirus").money("amount", action.amount).text("currency", kCurrency);
      line.text("period", "month");
      break;
    case Kind::agree:
      begin("instalment.agree", "instalments");
      line.text("service", "router").money("amount", action.amount).text("currency", kCurrency);
      line.number("parts", kRouterParts).date("first", action.day);
      break;
    case Kind::post_connection:
      charge("connection", "connection");
      break;
    case Kind::post_film:
      charge("film", "video");
      line.text("note", "film rental");
      break;
    case Kind::post_visit:
      charge("visit", "visit");
      line.json("force", "true").text("reason", "technician's visit, agreed by telephone");
      break;
    case Kind::promise:
      begin("promise.give", "promise");
      line.money("amount", action.amount).number("days", action.detail);
      break;
    case Kind::block:
      begin("access.block", "block");
      line.text("reason", "abuse");
      break;
    case Kind::unblock:
      begin("access.unblock", "unblock");
      line.text("reason", "abuse");
      break;
    case Kind::close:
      begin("account.close", "close");
      line.text("reason", "never connected");
      break;
  }
  line.end();
}

}  // namespace provodka::tools::sample
