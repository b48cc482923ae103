#include "ledger/domain/notification/rejection.h"
#include "tests/ledger/domain/given.h"

namespace provodka::test {
namespace {

using notification::Channel;
using notification::MessageReported;
using notification::Outcome;

// Books with a subscriber, a template, and one message: the fourth event.
constexpr uint64_t kMessage = 4;
struct Sent : Books {
  Sent() {
    given(register_person("s"), save_template("off", "You are off"), send_message("s", "off"));
    REQUIRE(sequence() == kMessage);
  }
  bool is_open(uint64_t message = kMessage) {
    return world().find_message(tenant(), Sequence(message)).has_value();
  }
};

notification::ReportMessage final_report(Outcome outcome) {
  auto command = report_message(kMessage, outcome);
  command.final_ = true;
  return command;
}

TEST_CASE("an attempt is recorded before it is made, and then what became of it") {
  Sent books;
  const auto& intent = books.when(sending(kMessage, Channel::telegram)).then<MessageReported>();
  CHECK(intent.message == Sequence(kMessage));
  CHECK(intent.subscriber == Id{"s"});
  CHECK(intent.outcome == Outcome::sending);
  CHECK(intent.attempt == 1);
  CHECK(intent.channel == Channel::telegram);
  CHECK_FALSE(intent.final_);
  CHECK(books.stored().back().contains(R"("subject":"subscriber/s")"));
  CHECK(books.stored().back().contains(R"("partitionkey":"acme",)"));

  auto command = report_message(kMessage, Outcome::sent);
  command.detail = Reason{"message 17"};
  const auto& sent = books.when(command).then<MessageReported>();
  CHECK(sent.attempt == 1);
  CHECK(sent.channel == Channel::telegram);
  CHECK(sent.detail == Reason{"message 17"});
  CHECK_FALSE(sent.final_);
  CHECK(books.is_open());

  const auto& delivered = books.when(report_message(kMessage, Outcome::delivered)).then<MessageReported>();
  CHECK(delivered.attempt == 1);
  CHECK(delivered.channel == Channel::telegram);
  CHECK(delivered.final_);
  CHECK(books.stored().back().contains(R"("attempt":1,"channel":"telegram","final":true,)"));
  CHECK_FALSE(books.is_open());
}

TEST_CASE("the next channel is a second attempt, after a failure or after silence") {
  Sent books;
  books.given(sending(kMessage, Channel::telegram), report_message(kMessage, Outcome::failed));
  CHECK(books.when(sending(kMessage, Channel::sms)).then<MessageReported>().attempt == 2);
  books.given(report_message(kMessage, Outcome::sent));
  CHECK(books.when(sending(kMessage, Channel::sms)).then<MessageReported>().attempt == 3);
  // The delivery of an earlier attempt settles the message too.
  auto late = report_message(kMessage, Outcome::delivered, 2);
  late.channel = Channel::sms;
  const auto& delivered = books.when(late).then<MessageReported>();
  CHECK(delivered.attempt == 2);
  CHECK(delivered.channel == Channel::sms);
  CHECK_FALSE(books.is_open());
}

TEST_CASE("what may have gone out is not sent again before somebody knows") {
  Sent books;
  books.given(sending(kMessage, Channel::sms));
  books.when(sending(kMessage, Channel::sms)).then_rejected(notification::attempt_unsettled, "/data/outcome");
  books.given(report_message(kMessage, Outcome::unknown));
  books.when(sending(kMessage, Channel::telegram))
      .then_rejected(notification::attempt_unsettled, "/data/outcome");
  books.when(report_message(kMessage, Outcome::unknown))
      .then_rejected(notification::outcome_known, "/data/outcome");
  // The modem's outbox can tell.
  books.given(report_message(kMessage, Outcome::failed), sending(kMessage, Channel::telegram));
}

TEST_CASE("an outcome is said once, unless it settles the message") {
  Sent books;
  books.given(sending(kMessage, Channel::sms), report_message(kMessage, Outcome::sent));
  books.when(report_message(kMessage, Outcome::sent))
      .then_rejected(notification::outcome_known, "/data/outcome");
  books.when(report_message(kMessage, Outcome::unknown))
      .then_rejected(notification::outcome_known, "/data/outcome");
  books.when(final_report(Outcome::unknown)).then_rejected(notification::outcome_known, "/data/outcome");
  books.given(report_message(kMessage, Outcome::failed));
  books.when(report_message(kMessage, Outcome::failed))
      .then_rejected(notification::outcome_known, "/data/outcome");
  CHECK(books.when(final_report(Outcome::failed)).then<MessageReported>().final_);
}

TEST_CASE("nothing is reported of a message that is settled") {
  Sent books;
  books.given(sending(kMessage, Channel::sms), report_message(kMessage, Outcome::unknown),
              final_report(Outcome::unknown));
  books.when(report_message(kMessage, Outcome::sent))
      .then_rejected(notification::message_settled, "/data/message");
  books.when(sending(kMessage, Channel::sms)).then_rejected(notification::message_settled, "/data/message");
  books.when(report_message(2, Outcome::sent)).then_rejected(notification::message_settled, "/data/message");
  books.when(report_message(books.sequence() + 1, Outcome::sent))
      .then_rejected(notification::unknown_message, "/data/message");
}

TEST_CASE("attempts come one after the other, each by a channel") {
  Sent books;
  books.when(report_message(kMessage, Outcome::sending))
      .then_rejected(notification::channel_required, "/data/channel");
  auto command = sending(kMessage, Channel::sms);
  command.final_ = true;
  books.when(command).then_rejected(notification::sending_not_final, "/data/final");
  command.final_ = false;
  command.attempt = 2;
  books.when(command).then_rejected(notification::attempt_out_of_order, "/data/attempt");
  command.attempt = 1;
  books.when(report_message(kMessage, Outcome::unknown))
      .then_rejected(notification::attempt_out_of_order, "/data/attempt");
  books.given(command);
  books.when(report_message(kMessage, Outcome::sent, 2))
      .then_rejected(notification::attempt_out_of_order, "/data/attempt");
  books.when(report_message(kMessage, Outcome::delivered, 0))
      .then_rejected(notification::attempt_out_of_order, "/data/attempt");
  auto by_another = report_message(kMessage, Outcome::sent);
  by_another.channel = Channel::telegram;
  books.when(by_another).then_rejected(notification::attempt_out_of_order, "/data/channel");
  books.given(report_message(kMessage, Outcome::failed), sending(kMessage, Channel::telegram));
  books.when(report_message(kMessage, Outcome::sent, 1))
      .then_rejected(notification::attempt_out_of_order, "/data/attempt");
  books.given(report_message(kMessage, Outcome::sent, 2));
}

TEST_CASE("a message that cannot be sent by any channel fails without an attempt") {
  Sent books;
  const auto& event = books.when(final_report(Outcome::failed)).then<MessageReported>();
  CHECK(event.attempt == 0);
  CHECK_FALSE(event.channel.has_value());
  CHECK(event.final_);
  CHECK_FALSE(books.is_open());
}

TEST_CASE("what was sent by hand has an outcome without an attempt") {
  Sent books;
  const auto& sent = books.when(report_message(kMessage, Outcome::sent)).then<MessageReported>();
  CHECK(sent.attempt == 0);
  CHECK_FALSE(sent.channel.has_value());
  CHECK(books.when(report_message(kMessage, Outcome::delivered)).then<MessageReported>().final_);
  CHECK_FALSE(books.is_open());
}

TEST_CASE("a message to a subscriber who was erased is settled all the same") {
  Sent books;
  books.given(erase("s"), sending(kMessage, Channel::sms), report_message(kMessage, Outcome::failed));
  books.given(final_report(Outcome::failed));
  CHECK_FALSE(books.is_open());
}

TEST_CASE("rows of messages that are settled are used again") {
  Sent books;
  books.given(send_message("s", "off"), final_report(Outcome::failed), send_message("s", "off"));
  const uint64_t third = books.sequence();
  CHECK(books.world().messages.size() == 2);
  CHECK(books.world().find_message(books.tenant(), Sequence(third)) == 0);
  CHECK(books.is_open(kMessage + 1));
  CHECK_FALSE(books.is_open(kMessage));
  Books loaded(Books::Loaded{}, books);
  CHECK(loaded.world().find_message(books.tenant(), Sequence(third)) == 0);
  CHECK(loaded.world().find_message(books.tenant(), Sequence(kMessage + 1)) == 1);
}

TEST_CASE("a group that is undone gives the messages back") {
  Sent books;
  books.given(send_message("s", "off"));
  World& world = books.world();
  const std::string before = table_bytes(world);
  const EventMeta meta{.tenant = books.tenant(),
                       .sequence = Sequence(books.sequence() + 1),
                       .position = Position(books.sequence() + 1),
                       .time = {}};
  world.begin_group();
  evolve(world,
         MessageReported{.message = Sequence(kMessage),
                         .subscriber = {"s"},
                         .outcome = Outcome::failed,
                         .attempt = 0,
                         .channel = {},
                         .final_ = true,
                         .detail = {},
                         .effective = {}},
         meta);
  CHECK_FALSE(books.is_open());
  world.undo_group();
  CHECK(table_bytes(world) == before);
  CHECK(books.is_open());
  books.given(final_report(Outcome::failed), send_message("s", "off"));
  CHECK(world.messages.size() == 2);
}

}  // namespace
}  // namespace provodka::test
