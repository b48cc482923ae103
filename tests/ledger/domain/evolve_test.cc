#include "ledger/core/invariant.h"
#include "tests/ledger/domain/given.h"

// What does not fit the state is damage, and stops the process.
namespace provodka::test {
namespace {

// Two accounts, 70.00 on the first, and one reason on its point; the next event is the seventh.
void add_history(World& world) {
  Books books;
  books.given(open("A"), open("B"), pay("A", "100", "p1"), charge("A", "30"), block_account("A", "debt"));
  for (size_t i = 0; i < books.stored().size(); ++i) replay_line(world, books.stored()[i], i + 1);
}

constexpr uint64_t kNext = 7;

std::string broken_by(const Event& event, uint64_t sequence = kNext, TenantId tenant = TenantId(0)) {
  World world;
  add_history(world);
  const ViolationsThrow instead_of_abort;
  try {
    evolve(world, event,
           {.tenant = tenant, .sequence = Sequence(sequence), .position = Position(sequence), .time = {}});
  } catch (const InvariantViolation& violation) {
    return violation.what();
  }
  return {};
}

Money rub(int64_t minor) { return {minor, currency("RUB")}; }

adjustment::AdjustmentMade adjustment_of(std::vector<book::Posting> postings) {
  adjustment::AdjustmentMade event{.account = {"A"},
                                   .amount = rub(100),
                                   .reason = {"x"},
                                   .effective = date("2026-11-20"),
                                   .postings = {},
                                   .available = {},
                                   .access = {}};
  event.postings.assign(postings.begin(), postings.end());
  return event;
}

book::Posting customer(std::string_view account, int64_t amount, int64_t balance) {
  return {{book::Kind::customer, account}, rub(amount), rub(balance)};
}
book::Posting adjusting(int64_t amount, int64_t balance) {
  return {{book::Kind::adjustment, "x"}, rub(amount), rub(balance)};
}

access::AccessChanged change_of(std::string_view account, std::string_view point, access::Change change,
                                std::string_view reason, account::Access wanted, uint32_t version) {
  return {.account = {account},
          .point = {point},
          .version = version,
          .wanted = wanted,
          .change = change,
          .reason = {reason},
          .reasons = {},
          .effective = date("2026-11-20"),
          .standing = {}};
}

bool says(const std::string& violation, std::string_view what) {
  return violation.find(what) != std::string::npos;
}

TEST_CASE("an event that fits breaks nothing") {
  CHECK(broken_by(adjustment_of({adjusting(-100, -100), customer("A", 100, 7100)})) == "");
  CHECK(broken_by(change_of("A", "A", access::Change::unblock, "debt", account::Access::on, 2)) == "");
}

TEST_CASE("a tenant's sequence has no gap and no repetition") {
  const auto event = adjustment_of({adjusting(-100, -100), customer("A", 100, 7100)});
  CHECK(says(broken_by(event, kNext + 1), "has no gap"));
  CHECK(says(broken_by(event, kNext - 1), "has no gap"));
}

TEST_CASE("a recorded entry balances") {
  CHECK(says(broken_by(adjustment_of({adjusting(-99, -99), customer("A", 100, 7100)})), "entry balances"));
  CHECK(says(broken_by(adjustment_of({customer("A", 100, 7100)})), "entry balances"));
  CHECK(says(broken_by(adjustment_of(
                 {{{book::Kind::adjustment, "x"}, {-100, currency("USD")}, {-100, currency("USD")}},
                  customer("A", 100, 7100)})),
             "entry balances"));
}

TEST_CASE("a recorded balance is the sum of what was posted") {
  CHECK(says(broken_by(adjustment_of({adjusting(-100, -100), customer("A", 100, 7101)})),
             "sum of what was posted"));
  CHECK(says(broken_by(adjustment_of({adjusting(-100, -101), customer("A", 100, 7100)})),
             "sum of what was posted"));
  CHECK(says(broken_by(adjustment_of({adjusting(INT64_MIN, INT64_MIN), adjusting(INT64_MAX, -1),
                                      customer("A", 1, 7001), adjusting(INT64_MIN, INT64_MAX),
                                      customer("A", INT64_MAX, 0), customer("A", 1, 0)})),
             "sum of what was posted"));
}

TEST_CASE("a recorded event names what there is") {
  CHECK(says(broken_by(adjustment_of({adjusting(-1, -1), customer("nobody", 1, 1)})), "was opened"));
  CHECK(says(broken_by(account::AccountRelabelled{
                 .account = {"nobody"}, .label = {"x"}, .effective = {}, .standing = {}}),
             "was opened"));
  CHECK(says(broken_by(change_of("A", "nowhere", access::Change::block, "x", account::Access::off, 1)),
             "is the account's"));
  CHECK(says(broken_by(change_of("A", "B", access::Change::block, "x", account::Access::off, 1)),
             "is the account's"));
}

TEST_CASE("nothing is opened, created or closed twice") {
  CHECK(says(broken_by(account::AccountOpened{.account = {"A"},
                                              .subscriber = {},
                                              .label = {},
                                              .credit_limit = rub(0),
                                              .point = {"A"},
                                              .effective = {},
                                              .standing = {}}),
             "opened once"));
  CHECK(
      says(broken_by(account::AccountClosed{.account = {"A"}, .reason = {}, .effective = {}, .standing = {}}),
           "closed at zero"));
  const tenant::TenantCreated again{.tenant = {"acme"},
                                    .currency = currency("RUB"),
                                    .zone = {"Europe/Moscow"},
                                    .locale = {"ru-RU"},
                                    .name = {},
                                    .log_key = {"k"},
                                    .effective = {}};
  CHECK(says(broken_by(again, 1, TenantId(1)), "created once"));
  tenant::TenantCreated other = again;
  other.tenant = {"other"};
  CHECK(broken_by(other, 1, TenantId(1)) == "");
  CHECK(says(broken_by(other, 1, TenantId(2)), "in the order of the log"));
}

TEST_CASE("a subscriber's events follow each other") {
  CHECK(says(broken_by(subscriber::SubscriberChanged{.subscriber = {"nobody"},
                                                     .kind = {},
                                                     .language = {},
                                                     .sealed = {"AA=="},
                                                     .previous = Sequence(1),
                                                     .effective = {}}),
             "is there and not erased"));
  CHECK(says(broken_by(subscriber::SubscriberHeld{
                 .subscriber = {"nobody"}, .on = true, .reason = {"x"}, .effective = {}}),
             "is there and not erased"));
  CHECK(says(
      broken_by(subscriber::SubscriberErased{.subscriber = {"nobody"}, .reason = {"x"}, .effective = {}}),
      "is there and not erased"));
  CHECK(says(broken_by(account::AccountOpened{.account = {"C"},
                                              .subscriber = Id{"nobody"},
                                              .label = {},
                                              .credit_limit = rub(0),
                                              .point = {"C"},
                                              .effective = {},
                                              .standing = {}}),
             "for a subscriber that is there"));
}

TEST_CASE("a device's events follow each other") {
  const device::DeviceRegistered registered{.device = {"r1"},
                                            .kind = device::Kind::routeros_api,
                                            .address = {"r1:8728"},
                                            .mode = device::Mode::address_list,
                                            .sealed = {"AA=="},
                                            .fingerprint = {},
                                            .serves = {},
                                            .effective = {}};
  CHECK(broken_by(registered) == "");
  CHECK(says(broken_by(device::DeviceChanged{.device = {"r1"},
                                             .kind = {},
                                             .address = {},
                                             .mode = {},
                                             .sealed = {},
                                             .fingerprint = {},
                                             .serves = {},
                                             .effective = {}}),
             "is there and not retired"));
  CHECK(says(broken_by(device::DeviceRetired{.device = {"r1"}, .reason = {"x"}, .effective = {}}),
             "is there and not retired"));
}

TEST_CASE("a message's events follow each other") {
  CHECK(says(broken_by(notification::MessageRequested{.subscriber = {"nobody"},
                                                      .template_ = {"t"},
                                                      .language = {"ru"},
                                                      .version = 1,
                                                      .sealed = {},
                                                      .effective = {}}),
             "for a subscriber that is there"));
  CHECK(says(broken_by(notification::MessageReported{.message = Sequence(1),
                                                     .subscriber = {"nobody"},
                                                     .outcome = notification::Outcome::sent,
                                                     .attempt = 1,
                                                     .channel = {},
                                                     .final_ = false,
                                                     .detail = {},
                                                     .effective = {}}),
             "a message that was open"));
  CHECK(says(
      broken_by(notification::TelegramLinked{.subscriber = {"nobody"}, .sealed = {"AA=="}, .effective = {}}),
      "of a subscriber that is there"));
  CHECK(
      says(broken_by(notification::TelegramUnlinked{.subscriber = {"nobody"}, .reason = {}, .effective = {}}),
           "of a subscriber that is there"));
  CHECK(says(broken_by(notification::TemplateSaved{.template_ = {"t"},
                                                   .language = {"ru"},
                                                   .version = 2,
                                                   .text = {"x"},
                                                   .fields = {},
                                                   .trigger = {},
                                                   .channels = {notification::Channel::sms},
                                                   .fall_through_minutes = {},
                                                   .effective = {}}),
             "count from 1"));
}

TEST_CASE("a point's versions and what is reported of them are in order") {
  const auto removed = [](std::string_view account, std::string_view point, uint32_t version) {
    return access::PointRemoved{
        .account = {account}, .point = {point}, .version = version, .effective = {}, .standing = {}};
  };
  CHECK(says(broken_by(removed("A", "nowhere", 1)), "is the account's"));
  CHECK(says(broken_by(removed("A", "B", 1)), "is the account's"));
  CHECK(says(broken_by(removed("A", "A", 1)), "count from 1"));
  CHECK(says(broken_by(removed("A", "A", 2)), "keeps one access point"));
  const auto applied = [](std::string_view account, std::string_view point, uint32_t version) {
    return access::AccessApplied{.account = {account},
                                 .point = {point},
                                 .version = version,
                                 .device = {"r1"},
                                 .outcome = access::Outcome::applied,
                                 .ms = 1,
                                 .detail = {},
                                 .effective = {}};
  };
  CHECK(broken_by(applied("A", "A", 1)) == "");
  CHECK(says(broken_by(applied("A", "A", 2)), "in the order of the versions"));
  CHECK(says(broken_by(applied("A", "B", 0)), "is the account's"));
  CHECK(says(broken_by(applied("A", "nowhere", 0)), "that there was"));
}

TEST_CASE("a point's wanted state follows from its reasons") {
  using access::Change;
  using account::Access;
  CHECK(says(broken_by(change_of("A", "A", Change::unblock, "debt", Access::off, 2)),
             "follows from its reasons"));
  CHECK(says(broken_by(change_of("A", "A", Change::unblock, "debt", Access::on, 3)),
             "follows from its reasons"));
  CHECK(
      says(broken_by(change_of("A", "A", Change::unblock, "other", Access::on, 2)), "a reason that stands"));
  CHECK(says(broken_by(change_of("B", "B", Change::block, "x", Access::on, 1)), "follows from its reasons"));
}

}  // namespace
}  // namespace provodka::test
