#pragma once

#include "adapters/routeros/mode.h"
#include "adapters/routeros/tag.h"
#include "adapters/routeros/task.h"
#include "ledger/core/result.h"

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch_test_macros.hpp>

namespace provodka::routeros::test {

inline std::string from_hex(std::string_view hex) {
  std::string out;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    out.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}

inline std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

// Runs a task to its end, with all that it needs, and gives what it returned.
template <class T>
T run(asio::io_context& context, Task<T> task) {
  std::optional<T> result;
  std::exception_ptr thrown;
  context.restart();
  asio::co_spawn(context.get_executor(), std::move(task), [&](std::exception_ptr e, T value) {
    thrown = e;
    if (!e) result = std::move(value);
    context.stop();
  });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  REQUIRE(result.has_value());
  return std::move(*result);
}

inline Point point(std::string_view name, bool on, std::string_view address) {
  Point point;
  point.tag = tag_of("isp", name);
  point.on = on;
  point.address = address;
  return point;
}

}  // namespace provodka::routeros::test
