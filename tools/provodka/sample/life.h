#pragma once

#include "tools/provodka/sample/action.h"
#include "tools/provodka/sample/catalogue.h"
#include "tools/provodka/sample/random.h"

#include <span>
#include <vector>

// What subscribers do. No server is asked, so each command is one that is accepted whatever the balance is,
// or one for which `funds` vouches.
namespace provodka::tools::sample {

// How somebody pays for a period.
enum class Habit : uint8_t {
  early,    // some days before it begins
  ahead,    // for several months
  on_time,  // on its first days
  late,     // once it is off
  in_parts,
  promises,  // a promised payment first
  never,     // nothing was ever paid, so the balance is known: it is closed
};

inline constexpr Date kNever = Date::latest();

struct Subscriber {
  Random random;
  // Never more than what the account has: everything paid, less the full price of every period that may have
  // begun. `funded`: it was never below zero, so nothing was ever off for money.
  int64_t funds = 0;
  int64_t charged = 0;  // of the internet's periods, the highest price there was
  uint32_t commands = 0;
  uint32_t last_at = 0;
  Date opened, due, pays_on;  // the next period that is to be paid, and when that is thought of
  Date frozen_past, promised, unblock_on = kNever;
  Date quits = kNever, cancels = kNever;
  Date event_on = kNever;  // this month's
  uint16_t had = 0;        // the family's tariffs, a bit each
  uint16_t periods = 0;
  Habit habit{};
  Family family{};
  uint8_t tariff = 0;
  uint8_t provider = 0;
  bool tv = false, static_ip = false, antivirus = false, instalments = false;
  bool funded = true, between_parts = false, left = false;
};

struct Day {
  Date date;
  bool begins_month;
  uint32_t at;  // its midnight
};

class Life {
 public:
  explicit Life(const Plan& plan);

  Subscriber born(uint32_t who) const;
  // Adds what the subscriber does in a month, in time.
  void live(Subscriber&, uint32_t who, std::span<const Day> month, std::vector<Action>&);

 private:
  void open(const Day&);
  void live(const Day&);
  void start_services(uint32_t at);
  void accrue(const Day&);
  void pay_period(const Day&);
  void schedule(Date today);
  void happen(const Day&);
  void plan_event(std::span<const Day> month);
  void film(const Day&);
  void change_tariff(const Day&);
  void freeze(const Day&);
  void reverse_one(const Day&);
  void leave(const Day&);

  Action& add(Kind, uint32_t at);
  uint32_t pay(int64_t amount, uint32_t at);
  void spend(int64_t amount);
  uint32_t by_day(const Day&);  // when people are awake
  int64_t price_on(Date) const;
  int64_t extras() const;
  Date due_after(int periods) const;

  const Plan& plan_;
  const Date past_;
  const Date first_month_past_;
  const Date raised_from_;
  Subscriber* s_ = nullptr;
  uint32_t who_ = 0;
  std::vector<Action>* out_ = nullptr;
};

// When the second versions of tariffs are announced, and from when they hold.
Date announced_on(const Plan&);
Date raised_from(const Plan&);

}  // namespace provodka::tools::sample
