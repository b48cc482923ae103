#include "projections/revenue/tenures.h"

#include "ledger/core/hash.h"

#include <random>

#include <pqxx/result>

namespace provodka::projections {
namespace {

constexpr size_t kPage = 50'000;

uint64_t random_seed() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

}  // namespace

Tenures::Tenures() : seeds_{random_seed(), random_seed()} {}

void Tenures::recall(pqxx::transaction_base& transaction, const std::string& schema) {
  for (std::string after = "0";;) {
    const auto page = transaction.exec(
        fmt::format("SELECT position, tenant, subscription, segment, tariff FROM {}.tenure WHERE position > "
                    "{} ORDER BY position LIMIT {}",
                    schema, after, kPage));
    for (const auto& row : page)
      remember(key_of(row[1].c_str(), row[2].c_str()), row[3].as<uint32_t>(), row[4].c_str());
    if (page.size() < kPage) return;
    after = page.back()[0].c_str();
  }
}

void Tenures::charged(Position position, std::string_view tenant, Id subscription, uint32_t segment,
                      Id tariff) {
  if (remember(key_of(tenant, subscription.text), segment, tariff.text))
    rows_.add(position, tenant, subscription, segment, tariff);
}

std::string_view Tenures::tariff_of(std::string_view tenant, Id subscription, uint32_t segment) const {
  const auto found = newest_.find(key_of(tenant, subscription.text));
  if (found == newest_.end()) return {};
  uint32_t at = found->second;
  while (at != kNone && tenures_[at].segment > segment) at = tenures_[at].before;
  return at == kNone ? std::string_view() : tariffs_[tenures_[at].tariff];
}

Tenures::Key Tenures::key_of(std::string_view tenant, std::string_view subscription) const {
  text_ = tenant;
  text_ += '\t';
  text_ += subscription;
  return {hash_of(text_, seeds_[0]), hash_of(text_, seeds_[1])};
}

// True where it was not known.
bool Tenures::remember(Key key, uint32_t segment, std::string_view tariff) {
  const auto [found, is_new] = newest_.try_emplace(key, kNone);
  if (!is_new && tariffs_[tenures_[found->second].tariff] == tariff) return false;
  const auto [number, is_first] =
      tariff_numbers_.try_emplace(std::string(tariff), static_cast<uint32_t>(tariffs_.size()));
  if (is_first) tariffs_.emplace_back(tariff);
  tenures_.push_back({number->second, segment, found->second});
  found->second = static_cast<uint32_t>(tenures_.size() - 1);
  return true;
}

}  // namespace provodka::projections
