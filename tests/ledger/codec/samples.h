#pragma once

#include "ledger/codec/event_codec.h"
#include "tests/ledger/codec/billing_samples.h"
#include "tests/ledger/codec/outside_samples.h"
#include "tests/ledger/codec/payment_samples.h"
#include "tests/ledger/codec/subscriber_samples.h"
#include "tests/ledger/codec/terms_samples.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

// One or more events of every type, as the golden lines have them. An event that was published is never taken
// away or changed here; a new version adds its own.
namespace provodka::test {

struct Sample {
  codec::EventHeader header;
  Event event;
};

// Each with its sequence, a cause of its own, and a second after the one before.
inline std::vector<Sample> samples() {
  using account::Access;
  using book::Kind;
  const Date day = Date::parse("2026-11-20").value();
  std::vector<Event> events = {
      tenant::TenantCreated{.tenant = {"acme"},
                            .currency = currency("RUB"),
                            .zone = {"Europe/Moscow"},
                            .locale = {"ru-RU"},
                            .name = Label{"Акме \"Связь\""},
                            .log_key = {"provodka/acme+12345678+AbC="},
                            .effective = day},
      tenant::TenantCreated{.tenant = {"tokyo-1"},
                            .currency = currency("JPY"),
                            .zone = {"Asia/Tokyo"},
                            .locale = {"ja-JP"},
                            .name = {},
                            .log_key = {"provodka/tokyo-1+12345678+AbC="},
                            .effective = day},
      account::AccountOpened{.account = {"100042"},
                             .subscriber = {},
                             .label = Label{"Flat 7, \"the blue door\""},
                             .credit_limit = rub(50000),
                             .point = {"100042"},
                             .effective = day,
                             .standing = {stands("100042", rub(0), rub(50000))}},
      account::AccountOpened{.account = {"a.b_c:d-e"},
                             .subscriber = {},
                             .label = {},
                             .credit_limit = yen(0),
                             .point = {"a.b_c:d-e"},
                             .effective = day,
                             .standing = {stands("a.b_c:d-e", yen(0), yen(0))}},
      account::CreditLimitSet{.account = {"100042"},
                              .credit_limit = rub(0),
                              .previous = rub(50000),
                              .reason = Reason{"pays late\\again"},
                              .effective = day,
                              .standing = {stands("100042", rub(-1), rub(-1))}},
      account::CreditLimitSet{.account = {"100042"},
                              .credit_limit = fils(1500),
                              .previous = fils(0),
                              .reason = {},
                              .effective = day,
                              .standing = {stands("100042", fils(5), fils(1505))}},
      account::AccountRelabelled{.account = {"100042"},
                                 .label = {"кв. 7 🚪\tleft\nstairs"},
                                 .effective = day,
                                 .standing = {stands("100042", rub(0), rub(0), Access::off)}},
      account::AccountClosed{.account = {"100042"},
                             .reason = Reason{"moved away"},
                             .effective = day,
                             .standing = {stands("100042", rub(0), rub(0))}},
      account::AccountClosed{.account = {"100042"},
                             .reason = {},
                             .effective = day,
                             .standing = {stands("100042", rub(0), rub(100), Access::off)}},
      payment::PaymentReceived{.account = {"100042"},
                               .amount = rub(19990),
                               .provider = {"cash"},
                               .external_id = {"2026-11-20/17"},
                               .paid_at = {},
                               .note = {},
                               .effective = day,
                               .postings = {posts(Kind::clearing, "cash", rub(-19990), rub(-19990)),
                                            posts(Kind::customer, "100042", rub(19990), rub(19990))},
                               .available = rub(69990),
                               .access = Access::on},
      payment::PaymentReceived{.account = {"100042"},
                               .amount = fils(1),
                               .provider = {"knet"},
                               .external_id = {"\"quoted\" \\ id"},
                               .paid_at = payment::PaidAt{"2026-11-19T23:59:59.5+03:00"},
                               .note = Note{"line one\nline two\t\"end\""},
                               .effective = Date::parse("2026-11-19").value(),
                               .postings = {posts(Kind::clearing, "knet", fils(-1), fils(-1001)),
                                            posts(Kind::customer, "100042", fils(1), fils(-999))},
                               .available = fils(-999),
                               .access = Access::off},
      payment::PaymentReversed{.account = {"100042"},
                               .amount = rub(5000),
                               .provider = {"cash"},
                               .external_id = {"2026-11-20/17"},
                               .reverses = Sequence(10),
                               .left = rub(14990),
                               .reason = {"the bank took it back"},
                               .effective = day,
                               .postings = {posts(Kind::customer, "100042", rub(-5000), rub(14990)),
                                            posts(Kind::clearing, "cash", rub(5000), rub(-14990))},
                               .available = rub(64990),
                               .access = Access::on},
      charge::ChargePosted{.account = {"100042"},
                           .amount = rub(50000),
                           .service = {"internet"},
                           .note = {},
                           .forced = {},
                           .reason = {},
                           .effective = day,
                           .postings = {posts(Kind::customer, "100042", rub(-50000), rub(-35010)),
                                        posts(Kind::revenue, "internet", rub(50000), rub(50000))},
                           .available = rub(14990),
                           .access = Access::on},
      charge::ChargePosted{.account = {"100042"},
                           .amount = yen(120),
                           .service = {"tv"},
                           .note = Note{"November"},
                           .forced = true,
                           .reason = Reason{"agreed by phone"},
                           .effective = day,
                           .postings = {posts(Kind::customer, "100042", yen(-120), yen(-120)),
                                        posts(Kind::revenue, "tv", yen(120), yen(120))},
                           .available = yen(-120),
                           .access = Access::on},
      charge::ChargeReversed{.account = {"100042"},
                             .amount = rub(50000),
                             .service = {"internet"},
                             .reverses = Sequence(13),
                             .left = rub(0),
                             .reason = {"outage"},
                             .effective = day,
                             .postings = {posts(Kind::revenue, "internet", rub(-50000), rub(0)),
                                          posts(Kind::customer, "100042", rub(50000), rub(14990))},
                             .available = rub(64990),
                             .access = Access::on},
      transfer::TransferMade{.from = {"100042"},
                             .to = {"100043"},
                             .amount = rub(14990),
                             .note = {},
                             .effective = day,
                             .postings = {posts(Kind::customer, "100042", rub(-14990), rub(0)),
                                          posts(Kind::customer, "100043", rub(14990), rub(14990))},
                             .standing = {stands("100042", rub(0), rub(50000)),
                                          stands("100043", rub(14990), rub(14990), Access::off)}},
      transfer::TransferMade{.from = {"100043"},
                             .to = {"100042"},
                             .amount = rub(1),
                             .note = Note{"семье"},
                             .effective = day,
                             .postings = {posts(Kind::customer, "100043", rub(-1), rub(14989)),
                                          posts(Kind::customer, "100042", rub(1), rub(1))},
                             .standing = {stands("100043", rub(14989), rub(14989), Access::off),
                                          stands("100042", rub(1), rub(50001))}},
      adjustment::AdjustmentMade{.account = {"100042"},
                                 .amount = rub(-1),
                                 .reason = {"rounding"},
                                 .effective = day,
                                 .postings = {posts(Kind::adjustment, "rounding", rub(1), rub(1)),
                                              posts(Kind::customer, "100042", rub(-1), rub(0))},
                                 .available = rub(50000),
                                 .access = Access::on},
      adjustment::AdjustmentMade{
          .account = {"100042"},
          .amount = rub(922337203685477580),
          .reason = {"a/b \"c\"\n"},
          .effective = day,
          .postings = {posts(Kind::adjustment, "a/b \"c\"\n", rub(-922337203685477580), rub(INT64_MIN)),
                       posts(Kind::customer, "100042", rub(922337203685477580), rub(INT64_MAX))},
          .available = rub(INT64_MAX),
          .access = Access::on},
      access::AccessChanged{.account = {"100042"},
                            .point = {"100042"},
                            .version = 1,
                            .wanted = Access::off,
                            .change = access::Change::block,
                            .reason = {"debt"},
                            .reasons = {{"debt"}},
                            .effective = day,
                            .standing = {stands("100042", rub(-1), rub(-1), Access::off)}},
      access::AccessChanged{.account = {"100042"},
                            .point = {"100042-2"},
                            .version = 4294967295,
                            .wanted = Access::off,
                            .change = access::Change::unblock,
                            .reason = {"debt"},
                            .reasons = {{"fraud \"x\""}, {"отпуск"}},
                            .effective = day,
                            .standing = {stands("100042", rub(0), rub(0))}},
      access::AccessChanged{.account = {"100042"},
                            .point = {"100042"},
                            .version = 2,
                            .wanted = Access::on,
                            .change = access::Change::unblock,
                            .reason = {"debt"},
                            .reasons = {},
                            .effective = day,
                            .standing = {stands("100042", rub(0), rub(0))}},
      access::PointAdded{.account = {"100042"},
                         .point = {"100042-2"},
                         .device = Id{"router-1"},
                         .login = Text<64>{"ann"},
                         .address = Text<64>{"10.0.0.7"},
                         .mac = Text<64>{"02:00:00:00:00:07"},
                         .effective = day,
                         .standing = {stands("100042", rub(0), rub(0))}},
      access::PointAdded{.account = {"100042"},
                         .point = {"100042-3"},
                         .device = {},
                         .login = {},
                         .address = {},
                         .mac = {},
                         .effective = day,
                         .standing = {stands("100042", rub(0), rub(0))}},
  };
  std::ranges::copy(billing_samples(), std::back_inserter(events));
  std::ranges::copy(payment_samples(), std::back_inserter(events));
  std::ranges::copy(subscriber_samples(), std::back_inserter(events));
  std::ranges::copy(terms_samples(), std::back_inserter(events));
  std::ranges::copy(outside_samples(), std::back_inserter(events));
  static constexpr std::array<std::string_view, 3> kCauses = {"c-1", "import:2026-11-20.csv#17",
                                                              "\"odd\" \\ id"};
  std::vector<Sample> made;
  const Instant first = Instant::parse("2026-11-20T09:15:42.123456Z").value();
  for (size_t i = 0; i < events.size(); ++i) {
    codec::CauseHash hash{};
    for (size_t b = 0; b < hash.size(); ++b) hash[b] = static_cast<unsigned char>(17 * i + 31 * b);
    const auto* created = std::get_if<tenant::TenantCreated>(&events[i]);
    made.push_back({{.sequence = Sequence(created ? 1 : i + 1),
                     .tenant = created ? created->tenant.text : "acme",
                     .type = codec::type_of(events[i]),
                     .time = add_micros(first, static_cast<int64_t>(i) * micros_per_second),
                     .actor = i % 2 ? "anna" : "система \"billing\"",
                     .cause = kCauses[i % kCauses.size()],
                     .cause_hash = hash},
                    events[i]});
  }
  return made;
}

inline std::string line_of(const codec::EventHeader& header, const Event& event) {
  Buffer out;
  codec::encode_event(out, header, event);
  return std::string(out.view());
}

// The line that would be written for what was read from a line.
inline std::string written_again(const codec::DecodedEvent& decoded) {
  return line_of(decoded.header, decoded.event);
}

// Whether two values are the same, member by member.
template <class T>
bool same(const T& a, const T& b) {
  if constexpr (Described<T>) {
    bool all = true;
    for_each_member<T>([&](std::string_view, auto member) { all = all && same(a.*member, b.*member); });
    return all;
  } else if constexpr (requires { a.has_value(); }) {
    return a.has_value() == b.has_value() && (!a || same(*a, *b));
  } else if constexpr (requires { a.capacity(); }) {
    bool all = a.size() == b.size();
    for (size_t i = 0; all && i < a.size(); ++i) all = same(a[i], b[i]);
    return all;
  } else {
    return a == b;
  }
}

inline bool same_event(const Event& a, const Event& b) {
  return a.index() == b.index() &&
         std::visit(
             [&](const auto& event) {
               return same(event, std::get<std::remove_cvref_t<decltype(event)>>(b));
             },
             a);
}

}  // namespace provodka::test
