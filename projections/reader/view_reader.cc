#include "projections/reader/view_reader.h"

#include "ledger/core/thread_name.h"
#include "projections/reader/cursor.h"
#include "projections/reader/rows.h"
#include "projections/reader/select.h"
#include "projections/runner/postgres.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/transaction>

namespace provodka::projections {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ViewAnswer::Kind;

constexpr auto kCatalogAge = std::chrono::minutes(1);
// What is not found in it may have come since.
constexpr auto kCatalogAgeOfUnknown = std::chrono::seconds(1);
constexpr auto kPauseWhenAway = std::chrono::seconds(1);

ViewAnswer failed(Kind kind, std::string what = {}) {
  return {.kind = kind, .what = std::move(what), .rows = {}, .next = {}};
}

// A network that swallows everything must not hold a thread for ever. What the operator says goes before.
std::string with_timeouts(std::string url) {
  const bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
  for (const std::string_view option : {"connect_timeout=5", "tcp_user_timeout=20000"}) {
    if (url.find(option.substr(0, option.find('='))) != url.npos) continue;
    url += is_url ? (url.find('?') == url.npos ? '?' : '&') : ' ';
    url += option;
  }
  return url;
}

bool starts(const pqxx::sql_error& error, std::string_view state) {
  return error.sqlstate().starts_with(state);
}

// A view was made anew, with other columns perhaps, or is being made anew.
bool is_about_names(const pqxx::sql_error& error) {
  return starts(error, "42703") || starts(error, "42P01") || starts(error, "42883") ||
         starts(error, "42804") || starts(error, "XX000") || starts(error, "40");
}

pqxx::result exec(pqxx::transaction_base& transaction, const std::string& sql,
                  const std::vector<std::string>& parameters) {
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(parameters));
}

}  // namespace

struct ViewReader::Impl {
  struct Asked {
    ViewQuery query;
    Done done;
  };
  // What belongs to one thread.
  struct Lane {
    std::unique_ptr<pqxx::connection> connection;  // replaced under the mutex, for who cancels
    Clock::time_point away_until;
    std::string why_away;
  };

  ViewReaderOptions options;
  std::mutex mutex;
  std::condition_variable asked;
  std::deque<Asked> queue;
  bool stopping = false;

  std::mutex catalog_mutex;
  std::shared_ptr<const Catalog> catalog;
  Clock::time_point catalog_read;

  std::deque<Lane> lanes;
  std::vector<std::thread> threads;

  explicit Impl(ViewReaderOptions o) : options(std::move(o)) {
    options.postgres = with_timeouts(std::move(options.postgres));
    for (unsigned i = 0; i < std::max(1u, options.threads); ++i)
      threads.emplace_back([this, &lane = lanes.emplace_back()] { run(lane); });
  }

  ~Impl() {
    {
      std::lock_guard lock(mutex);
      stopping = true;
      for (Lane& lane : lanes) {
        try {
          if (lane.connection) lane.connection->cancel_query();
        } catch (const std::exception&) {
          // The query ends at its own time limit then.
        }
      }
    }
    asked.notify_all();
    for (std::thread& thread : threads) thread.join();
    for (Asked& left : queue) left.done(failed(Kind::away, "the server stops"));
  }

  void run(Lane& lane) {
    name_this_thread("views");
    std::unique_lock lock(mutex);
    for (;;) {
      asked.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      Asked next = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      next.done(answer(lane, next.query));
      lock.lock();
    }
  }

  void set_connection(Lane& lane, std::unique_ptr<pqxx::connection> connection) {
    std::lock_guard lock(mutex);
    lane.connection.swap(connection);
  }

  void connect_lane(Lane& lane) {
    auto connection = connect(options.postgres, "provodka views");
    pqxx::nontransaction(*connection)
        .exec(fmt::format("SET default_transaction_read_only = on; SET statement_timeout = {};"
                          "SET client_encoding = 'UTF8'; SET datestyle = ISO; SET intervalstyle = iso_8601;"
                          "SET bytea_output = hex",
                          options.query_timeout.count()));
    set_connection(lane, std::move(connection));
  }

  std::shared_ptr<const Catalog> catalog_of(Lane& lane, Clock::duration age_max) {
    std::lock_guard lock(catalog_mutex);
    if (!catalog || Clock::now() - catalog_read > age_max) {
      catalog = std::make_shared<const Catalog>(read_catalog(*lane.connection));
      catalog_read = Clock::now();
    }
    return catalog;
  }

  ViewAnswer answer(Lane& lane, const ViewQuery& query) {
    if (!lane.connection && Clock::now() < lane.away_until) return failed(Kind::away, lane.why_away);
    Select select;
    Clock::duration age_max = kCatalogAge;
    for (bool again = false;; again = true) {
      const bool was_connected = lane.connection != nullptr;
      try {
        if (!was_connected) connect_lane(lane);
        const auto views = catalog_of(lane, age_max);
        const auto view = views->find(query.view);
        auto made = view == views->end() ? std::unexpected(std::string()) : select_of(view->second, query);
        if (!made) {
          age_max = kCatalogAgeOfUnknown;
          if (!again) continue;
          return failed(view == views->end() ? Kind::unknown_view : Kind::invalid, std::move(made.error()));
        }
        select = std::move(*made);
        return page(lane, view->second, query, select);
      } catch (const pqxx::sql_error& error) {
        age_max = Clock::duration::zero();
        if (!again && is_about_names(error)) continue;
        if (starts(error, "57014")) return failed(Kind::too_slow);
        if (starts(error, "22")) return culprit(lane, select, error);
        if (starts(error, "42883")) return failed(Kind::invalid, "a column cannot be compared or sorted so");
        if (starts(error, "42501")) return failed(Kind::away, trouble_of(error).what);
        if (const auto away = lost(lane, error, again, was_connected)) return *away;
      } catch (const std::exception& error) {
        if (const auto away = lost(lane, error, again, was_connected)) return *away;
      }
    }
  }

  // A connection that was cut while nobody used it is made again at once.
  std::optional<ViewAnswer> lost(Lane& lane, const std::exception& error, bool again, bool was_connected) {
    set_connection(lane, nullptr);
    {
      std::lock_guard lock(mutex);
      if (!again && was_connected && !stopping) return std::nullopt;
    }
    lane.away_until = Clock::now() + kPauseWhenAway;
    lane.why_away = trouble_of(error).what;
    return failed(Kind::away, lane.why_away);
  }

  // The role is taken for each transaction, so that a connection that was made again has it too.
  static void become_reader(pqxx::transaction_base& transaction) {
    transaction.exec("SET LOCAL ROLE provodka_reader");
  }

  ViewAnswer page(Lane& lane, const View& view, const ViewQuery& query, const Select& select) {
    pqxx::read_transaction transaction(*lane.connection);
    become_reader(transaction);
    const pqxx::result result = exec(transaction, select.sql, select.parameters);
    transaction.commit();
    const bool more = result.size() > query.limit;
    const size_t rows = more ? query.limit : result.size();
    ViewAnswer answer;
    answer.rows =
        query.format == ViewQuery::Format::csv ? csv_of(result, rows, view) : json_of(result, rows, view);
    if (more && select.order_columns > 0) {
      std::vector<CursorValue> place;
      const auto last = result[static_cast<pqxx::result::size_type>(rows - 1)];
      for (size_t i = 0; i < select.order_columns; ++i) {
        const auto field = last[static_cast<pqxx::row::size_type>(view.columns.size() + i)];
        place.push_back(field.is_null() ? CursorValue() : CursorValue(std::string(field.c_str())));
      }
      answer.next = encode_cursor(select.cursor_key, place);
    }
    return answer;
  }

  // Postgres does not say which of the values is none of its type, so each is tried alone.
  ViewAnswer culprit(Lane& lane, const Select& select, const pqxx::sql_error& why) {
    for (const auto& sent : select.sent) {
      try {
        pqxx::read_transaction transaction(*lane.connection);
        become_reader(transaction);
        exec(transaction, fmt::format("SELECT $1::{}", sent.type), {select.parameters[sent.parameter]});
      } catch (const pqxx::sql_error& error) {
        if (starts(error, "22"))
          return failed(Kind::invalid,
                        fmt::format("{}: it is no value of the type {}", sent.name, sent.type));
        return failed(Kind::away, trouble_of(error).what);
      } catch (const std::exception& error) {
        set_connection(lane, nullptr);
        return failed(Kind::away, trouble_of(error).what);
      }
    }
    if (starts(why, "22025") || starts(why, "22019"))
      return failed(Kind::invalid, "a pattern may not end in a backslash");
    return failed(Kind::away, trouble_of(why).what);
  }
};

ViewReader::ViewReader(ViewReaderOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
ViewReader::~ViewReader() = default;

void ViewReader::read(ViewQuery query, Done done) {
  {
    std::lock_guard lock(impl_->mutex);
    if (!impl_->stopping && impl_->queue.size() < impl_->options.queue_max) {
      impl_->queue.push_back({std::move(query), std::move(done)});
      impl_->asked.notify_one();
      return;
    }
  }
  done(failed(Kind::busy));
}

}  // namespace provodka::projections
