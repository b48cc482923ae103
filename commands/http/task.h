#pragma once

#include <chrono>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace provodka::http {

namespace asio = boost::asio;
using boost::system::error_code;

// What GCC 12 compiles wrongly is avoided throughout: a co_await stands alone or gives a named variable its
// value, never within a condition, an argument or a co_return; and no coroutine is a lambda with captures.
//
// The executor is the io_context's own, not a type-erased one: posting and resuming cost no indirection.
using Executor = asio::io_context::executor_type;
template <class T = void>
using Task = asio::awaitable<T, Executor>;
using UseTask = asio::use_awaitable_t<Executor>;
inline constexpr UseTask use_task{};
using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

}  // namespace provodka::http
