#include "adapters/sms_gammu/outcome.h"

#include <catch2/catch_test_macros.hpp>

namespace provodka::sms_gammu {
namespace {

TEST_CASE("what the network says of a message is told apart, and what it does not say is unknown") {
  CHECK(outcome_of_status(0).end == End::sent);
  for (const int refused : {1, 21, 27, 69, 304}) CHECK(outcome_of_status(refused).end == End::failed);
  for (const int passes : {38, 41, 42, 47, 310, 322, 331})
    CHECK(outcome_of_status(passes).end == End::not_now);
  for (const int unknown : {332, 500, 512, 9999, -1}) CHECK(outcome_of_status(unknown).end == End::unknown);
  CHECK(outcome_of_status(21).detail == "CMS error 21");
}

TEST_CASE("of libgammu's errors the most say nothing of what went out") {
  size_t unknown = 0;
  for (int error = 2; error < 70; ++error) unknown += outcome_of_error(error, "x").end == End::unknown;
  CHECK(unknown > 40);
  CHECK(outcome_of_error(1, "none").end == End::sent);
  CHECK(outcome_of_error(9999, "x").end == End::unknown);
}

}  // namespace
}  // namespace provodka::sms_gammu
