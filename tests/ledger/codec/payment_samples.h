#pragma once

#include "tests/ledger/codec/billing_samples.h"

// The samples of payments that find their account later, and of money that is given up or paid out; samples.h
// has the others.
namespace provodka::test {

inline std::vector<Event> payment_samples() {
  using account::Access;
  using book::Kind;
  const Date day = Date::parse("2026-11-20").value();
  return {
      payment::PaymentSuspended{.account = {"100024"},
                                .amount = rub(19990),
                                .provider = {"cash"},
                                .external_id = {"2026-11-20/18"},
                                .paid_at = {},
                                .note = {},
                                .effective = day,
                                .postings = {posts(Kind::clearing, "cash", rub(-19990), rub(-34980)),
                                             posts(Kind::suspense, "cash", rub(19990), rub(19990))}},
      payment::PaymentSuspended{.account = {"a.b_c:d-e"},
                                .amount = fils(1),
                                .provider = {"knet"},
                                .external_id = {"\"quoted\" \\ id"},
                                .paid_at = payment::PaidAt{"2026-11-19"},
                                .note = Note{"кв. 7\n\"no such account\""},
                                .effective = Date::parse("2026-11-19").value(),
                                .postings = {posts(Kind::clearing, "knet", fils(-1), fils(-1002)),
                                             posts(Kind::suspense, "knet", fils(1), fils(1001))}},
      payment::PaymentAssigned{.account = {"100042"},
                               .amount = rub(9990),
                               .provider = {"cash"},
                               .external_id = {"2026-11-20/18"},
                               .assigns = Sequence(55),
                               .effective = day,
                               .postings = {posts(Kind::suspense, "cash", rub(-9990), rub(0)),
                                            posts(Kind::customer, "100042", rub(9990), rub(-10))},
                               .available = rub(49990),
                               .access = Access::off},
      payment::PaymentMoved{.account = {"100042"},
                            .to = {"100043"},
                            .amount = rub(9990),
                            .provider = {"cash"},
                            .external_id = {"2026-11-20/18"},
                            .moves = Sequence(55),
                            .reason = {"a digit was \"wrong\""},
                            .effective = day,
                            .postings = {posts(Kind::customer, "100042", rub(-9990), rub(-10000)),
                                         posts(Kind::customer, "100043", rub(9990), rub(24979))},
                            .standing = {stands("100042", rub(-10000), rub(40000), Access::off),
                                         stands("100043", rub(24979), rub(24979))}},
      account::AccountPaidOut{.account = {"100043"},
                              .amount = rub(24979),
                              .provider = {"bank"},
                              .external_id = {"out/17 \"x\""},
                              .effective = day,
                              .postings = {posts(Kind::customer, "100043", rub(-24979), rub(0)),
                                           posts(Kind::clearing, "bank", rub(24979), rub(24979))},
                              .available = rub(0),
                              .access = Access::on},
      writeoff::WriteoffMade{.account = {"100042"},
                             .amount = rub(10000),
                             .reason = {"банкрот \"2026\""},
                             .effective = day,
                             .postings = {posts(Kind::writeoff, "банкрот \"2026\"", rub(-10000), rub(-10000)),
                                          posts(Kind::customer, "100042", rub(10000), rub(0))},
                             .available = rub(50000),
                             .access = Access::off},
  };
}

}  // namespace provodka::test
