#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace provodka::routeros {

namespace asio = boost::asio;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// What GCC 12 compiles wrongly is avoided throughout: a co_await stands alone or gives a named variable its
// value, never within a condition, an argument or a co_return; and no coroutine is a lambda with captures.
using Executor = asio::io_context::executor_type;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
using UseTask = asio::use_awaitable_t<Executor>;
inline constexpr UseTask use_task{};
using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

// Runs an action when its time has come, unless it is destroyed before. The action may destroy it.
class Deadline {
 public:
  Deadline(const Executor& executor, Clock::time_point when, std::function<void()> action)
      : timer_(executor, when), action_(std::make_shared<std::function<void()>>(std::move(action))) {
    timer_.async_wait([action = std::weak_ptr(action_)](error_code ec) {
      if (const auto held = action.lock(); held && !ec) (*held)();
    });
  }

 private:
  Timer timer_;
  std::shared_ptr<std::function<void()>> action_;
};

}  // namespace provodka::routeros
