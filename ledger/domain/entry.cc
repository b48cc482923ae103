#include "ledger/domain/entry.h"

#include "ledger/domain/device/rejection.h"
#include "ledger/domain/subscriber/rejection.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace provodka {
namespace {

int64_t saturating_add(int64_t a, int64_t b) {
  int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? std::numeric_limits<int64_t>::min() : std::numeric_limits<int64_t>::max();
}

int64_t available_of(int64_t balance_minor, int64_t credit_limit_minor, int64_t promise_minor) {
  return saturating_add(saturating_add(balance_minor, credit_limit_minor), promise_minor);
}

}  // namespace

Decided<AccountId> any_account(const World& world, const Context& context, Id account,
                               std::string_view pointer) {
  const auto id = world.find_account(context.tenant, account.text);
  if (!id)
    return reject(common::unknown_account, pointer, fmt::format("account {} was never opened", account.text));
  return *id;
}

Decided<AccountId> open_account(const World& world, const Context& context, Id account,
                                std::string_view pointer) {
  auto id = any_account(world, context, account, pointer);
  if (id && world.account(*id).status == account::Status::closed) {
    return reject(common::account_closed, pointer, fmt::format("account {} is closed", account.text));
  }
  return id;
}

Decided<AccountId> settleable_account(const World& world, const Context& context, Id account,
                                      std::string_view pointer) {
  const auto id = any_account(world, context, account, pointer);
  if (id && world.account(*id).balance_minor != 0) return id;
  return open_account(world, context, account, pointer);
}

Decided<uint32_t> present_subscriber(const World& world, const Context& context, Id name,
                                     std::string_view pointer) {
  const auto id = world.find_subscriber(context.tenant, name.text);
  if (!id) {
    return reject(subscriber::unknown_subscriber, pointer,
                  fmt::format("subscriber {} was never registered", name.text));
  }
  if (world.subscribers[*id].erased != 0) return reject(subscriber::erased, pointer);
  return *id;
}

Decided<uint32_t> present_device(const World& world, const Context& context, Id name,
                                 std::string_view pointer) {
  const auto id = world.find_device(context.tenant, name.text);
  if (!id) {
    return reject(device::unknown_device, pointer, fmt::format("device {} was never registered", name.text));
  }
  if (world.devices[*id].retired != 0) return reject(device::device_retired, pointer);
  return *id;
}

Decided<void> check_phone(std::string_view phone, std::string_view pointer) {
  // No country's code begins with a zero.
  const bool is_e164 = phone.size() >= 8 && phone.size() <= 16 && phone[0] == '+' && phone[1] != '0' &&
                       std::ranges::all_of(phone.substr(1), [](char c) { return c >= '0' && c <= '9'; });
  if (is_e164) return {};
  return reject(subscriber::phone_not_e164, pointer, "such as +79161234567, without spaces");
}

Decided<Money> money_of(const World& world, const Context& context, Amount amount,
                        std::optional<Currency> currency, std::string_view pointer) {
  const Currency own = world.currency(context.tenant);
  if (currency && *currency != own) {
    return reject(common::currency_mismatch, "/data/currency",
                  fmt::format("the tenant's currency is {}, not {}", own.code(), currency->code()));
  }
  const auto money = to_money(amount, own);
  if (money) return *money;
  if (money.error() == MoneyError::too_many_decimals) {
    return reject(common::too_many_decimals, pointer,
                  fmt::format("{} has {} decimals", own.code(), own.exponent()));
  }
  return reject(common::amount_out_of_range, pointer);
}

Decided<Money> positive_money_of(const World& world, const Context& context, Amount amount,
                                 std::optional<Currency> currency, std::string_view pointer) {
  const auto money = money_of(world, context, amount, currency, pointer);
  if (money && !money->is_positive()) return reject(common::amount_not_positive, pointer);
  return money;
}

Decided<Money> reversal_amount(const World& world, const Context& context, const NamedEntry& named,
                               std::optional<Amount> amount, const RejectionKind& nothing_left,
                               std::string_view entry_pointer) {
  const Money left{named.amount.minor - world.reversed_minor(context.tenant, named.sequence),
                   named.amount.currency};
  if (left.is_zero()) return reject(nothing_left, entry_pointer);
  if (!amount) return left;
  const auto money = positive_money_of(world, context, *amount, std::nullopt);
  if (money && money->minor > left.minor) {
    return reject(common::exceeds_remainder, "/data/amount",
                  fmt::format("{} {} is left of it", left.to_string(), left.currency.code()));
  }
  return money;
}

void Entry::post(AccountId id, Money amount) {
  const account::AccountRow& row = world_.account(id);
  int64_t balance = 0;
  overflow_ |= __builtin_add_overflow(row.balance_minor, amount.minor, &balance);
  postings_.push_back({.account = {book::Kind::customer, world_.strings[row.name]},
                       .amount = amount,
                       .balance = {balance, amount.currency}});
  standings_.push_back(standing_of(world_, id, balance, row.credit_limit_minor));
}

void Entry::post(book::LedgerName name, Money amount) {
  const auto id = world_.find_ledger_account(context_.tenant, name);
  int64_t balance = 0;
  overflow_ |=
      __builtin_add_overflow(id ? world_.ledger[id->value()].balance_minor : 0, amount.minor, &balance);
  postings_.push_back({.account = name, .amount = amount, .balance = {balance, amount.currency}});
}

account::Standing standing_of(const World& world, AccountId id, int64_t balance_minor,
                              int64_t credit_limit_minor) {
  const account::AccountRow& row = world.account(id);
  const Currency currency = world.currency(TenantId(row.tenant));
  return {.account = {world.strings[row.name]},
          .balance = {balance_minor, currency},
          .available = {available_of(balance_minor, credit_limit_minor, world.arrangement(row).promise_minor),
                        currency},
          .access = row.points_on > 0 ? account::Access::on : account::Access::off};
}

account::Standing standing_of(const World& world, AccountId id) {
  return standing_of(world, id, world.account(id).balance_minor, world.account(id).credit_limit_minor);
}

int64_t available_minor(const World& world, const account::AccountRow& row) {
  return available_of(row.balance_minor, row.credit_limit_minor, world.arrangement(row).promise_minor);
}

void book_entry(World& world, const EventMeta& meta, const book::Postings& postings) {
  INVARIANT(book::balances(postings), "a recorded entry balances");
  for (const book::Posting& posting : postings) {
    int64_t* balance;
    if (posting.account.kind == book::Kind::customer) {
      balance =
          &world.accounts.change(touch_account(world, meta, posting.account.name).value()).balance_minor;
    } else {
      balance =
          &world.ledger.change(world.ledger_account(meta.tenant, posting.account).value()).balance_minor;
    }
    INVARIANT(
        !__builtin_add_overflow(*balance, posting.amount.minor, balance) && *balance == posting.balance.minor,
        "a recorded balance is the sum of what was posted", posting.account.name, posting.balance.minor);
  }
}

AccountId touch_account(World& world, const EventMeta& meta, std::string_view account) {
  const auto id = world.find_account(meta.tenant, account);
  INVARIANT(id, "a recorded event names an account that was opened", account);
  world.accounts.change(id->value()).version = meta.sequence.value();
  return *id;
}

}  // namespace provodka
