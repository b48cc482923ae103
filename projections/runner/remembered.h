#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <pqxx/result>
#include <pqxx/transaction_base>

// What a fold keeps of earlier events, and how it reads that back.
namespace provodka::projections {

struct NameHash {
  using is_transparent = void;
  size_t operator()(std::string_view name) const { return boost::hash<std::string_view>()(name); }
};

// Found by a view of the name, without making a string of it.
template <class Value>
using ByName = boost::unordered_flat_map<std::string, Value, NameHash, std::equal_to<>>;

// A key of several names, none of which has a tab.
inline std::string key_of(std::initializer_list<std::string_view> names) {
  std::string key;
  for (const std::string_view name : names) key.append(name).append("\t");
  return key;
}

// Calls f(row) for each row of a query, some thousands in memory at a time.
template <class F>
void for_each_row(pqxx::transaction_base& transaction, const std::string& query, F&& f) {
  transaction.exec("DECLARE remembered NO SCROLL CURSOR FOR " + query);
  while (true) {
    const pqxx::result page = transaction.exec("FETCH 5000 FROM remembered");
    for (const auto& row : page) f(row);
    if (page.size() < 5000) break;
  }
  transaction.exec("CLOSE remembered");
}

}  // namespace provodka::projections
