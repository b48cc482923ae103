#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pqxx/stream_to>
#include <pqxx/transaction_base>

namespace provodka::projections {

// COPY of rows that are in its text format already.
class Copy {
 public:
  Copy(pqxx::transaction_base&, const std::string& table, const std::vector<std::string>& columns);
  // A row without its line feed.
  void add(std::string_view line);
  void finish();

 private:
  void send();
  pqxx::stream_to stream_;
  std::string lines_;
};

}  // namespace provodka::projections
