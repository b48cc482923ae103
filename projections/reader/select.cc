#include "projections/reader/select.h"

#include "ledger/core/hash.h"
#include "projections/reader/cursor.h"

#include <algorithm>

#include <fmt/format.h>

namespace provodka::projections {
namespace {

using Refusal = std::unexpected<std::string>;

struct Order {
  const Column* column;
  bool descending;

  std::string_view after() const { return descending ? "<" : ">"; }
};

std::string_view operator_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::ne:
      return "IS DISTINCT FROM";
    case Comparison::lt:
      return "<";
    case Comparison::le:
      return "<=";
    case Comparison::gt:
      return ">";
    case Comparison::ge:
      return ">=";
    case Comparison::like:
      return "ILIKE";
    default:
      return "=";
  }
}

class Builder {
 public:
  Builder(const View& view, const ViewQuery& query) : view_(view), query_(query) {}

  std::expected<Select, std::string> build() {
    if (view_.has_tenant) {
      select_.parameters.push_back(query_.tenant);
      conditions_.emplace_back("v.tenant = $1");
    }
    for (const auto& filter : query_.filters) {
      if (auto refused = add(filter); !refused.empty()) return Refusal(std::move(refused));
    }
    if (auto refused = make_order(); !refused.empty()) return Refusal(std::move(refused));
    select_.order_columns = order_.size();
    select_.cursor_key = cursor_key();
    if (!query_.cursor.empty()) {
      const auto values = decode_cursor(query_.cursor, select_.cursor_key, order_.size());
      if (!values || order_.empty()) return Refusal("cursor: it is of another query");
      conditions_.push_back(behind(*values));
    }
    select_.sql = text();
    return std::move(select_);
  }

 private:
  std::string no_column(std::string_view parameter) const {
    return fmt::format("{}: the view {} has no such column", parameter, view_.name);
  }

  // Takes a value in and returns how the text names it.
  std::string parameter(std::string value, const std::string& type, std::string name) {
    select_.sent.push_back({select_.parameters.size(), type, std::move(name)});
    select_.parameters.push_back(std::move(value));
    return fmt::format("${}::{}", select_.parameters.size(), type);
  }

  std::string add(const ViewQuery::Filter& filter) {
    const Column* column = view_.find(filter.column);
    if (!column) return no_column(filter.parameter);
    if (filter.comparison == Comparison::null) {
      if (filter.value != "true" && filter.value != "false")
        return fmt::format("{}: it is true or false", filter.parameter);
      conditions_.push_back(
          fmt::format("v.{} IS {}NULL", column->quoted, filter.value == "true" ? "" : "NOT "));
      return {};
    }
    const bool pattern = filter.comparison == Comparison::like;
    if (pattern && !column->is_text)
      return fmt::format("{}: patterns are for texts, and this is of the type {}", filter.parameter,
                         column->type);
    // Where the text is cut off, another value than the client's would be compared.
    if (filter.value.find('\0') != filter.value.npos)
      return fmt::format("{}: no text has a zero byte", filter.parameter);
    conditions_.push_back(fmt::format("v.{} {} {}", column->quoted, operator_of(filter.comparison),
                                      parameter(filter.value, column->type, filter.parameter)));
    if (filter.comparison == Comparison::eq) fixed_.push_back(column);
    return {};
  }

  // What a filter fixes orders nothing, and without it an index on the rest can be followed.
  void order_by(const Column* column, bool descending) {
    if (view_.has_tenant && column->name == "tenant") return;
    if (std::ranges::find(fixed_, column) == fixed_.end()) order_.push_back({column, descending});
  }

  std::string make_order() {
    std::vector<const Column*> named;
    for (const auto& [name, descending] : query_.sort) {
      const Column* column = view_.find(name);
      if (!column) return no_column("sort");
      if (std::ranges::find(named, column) != named.end())
        return fmt::format("sort: {} is there more than once", column->name);
      named.push_back(column);
      order_by(column, descending);
    }
    for (const std::string& name : view_.key) {
      const Column* column = view_.find(name);
      // The key goes the way of what was asked for last, as an index on both would.
      const bool descending = !query_.sort.empty() && query_.sort.back().descending;
      if (std::ranges::find(named, column) == named.end()) order_by(column, descending);
    }
    return {};
  }

  std::string cursor_key() const {
    std::string all = fmt::format("{}\n{}\n", view_.name, query_.tenant);
    for (const auto& filter : query_.filters)
      all += fmt::format("{}.{}={}:{}\n", filter.column, static_cast<int>(filter.comparison),
                         filter.value.size(), filter.value);
    for (const auto& [column, descending] : order_)
      all += fmt::format("{}{}\n", descending ? "-" : "+", column->name);
    return fmt::format("{:016x}", hash_of(all, 0));
  }

  // The rows behind a place. Null comes last, whichever way a column goes; a key has none.
  std::string behind(const std::vector<CursorValue>& values) {
    std::vector<std::string> places;
    for (size_t i = 0; i < order_.size(); ++i)
      places.push_back(values[i] ? parameter(*values[i], order_[i].column->type, "cursor") : std::string());
    const auto same_way = [&](const Order& o) {
      return o.column->in_key && o.descending == order_[0].descending;
    };
    const bool has_null = std::ranges::any_of(values, [](const auto& value) { return !value; });
    if (std::ranges::all_of(order_, same_way) && !has_null) {
      // An index on these columns finds the place at once.
      std::string columns;
      for (const auto& order : order_)
        columns += fmt::format("{}v.{}", columns.empty() ? "" : ", ", order.column->quoted);
      return fmt::format("({}) {} ({})", columns, order_[0].after(), fmt::join(places, ", "));
    }
    std::string any, same;
    for (size_t i = 0; i < order_.size(); ++i) {
      const Column& column = *order_[i].column;
      if (values[i]) {
        any += fmt::format("{}({}(v.{} {} {}{}))", any.empty() ? "" : " OR ", same, column.quoted,
                           order_[i].after(), places[i],
                           column.in_key ? "" : fmt::format(" OR v.{} IS NULL", column.quoted));
        same += fmt::format("v.{} = {} AND ", column.quoted, places[i]);
      } else {
        same += fmt::format("v.{} IS NULL AND ", column.quoted);
      }
    }
    return any.empty() ? "false" : fmt::format("({})", any);
  }

  std::string text() const {
    std::string columns, order;
    for (const Column& column : view_.columns)
      columns += fmt::format("{}{}", columns.empty() ? "" : ", ", column.output);
    for (const auto& [column, descending] : order_) {
      columns += fmt::format(", v.{}::text", column->quoted);
      order += fmt::format("{}v.{}{}{}", order.empty() ? " ORDER BY " : ", ", column->quoted,
                           descending ? " DESC" : "", column->in_key ? "" : " NULLS LAST");
    }
    return fmt::format("SELECT {} FROM {} v{}{}{} LIMIT {}", columns, view_.quoted,
                       conditions_.empty() ? "" : " WHERE ", fmt::join(conditions_, " AND "), order,
                       query_.limit + 1);
  }

  const View& view_;
  const ViewQuery& query_;
  Select select_;
  std::vector<std::string> conditions_;
  std::vector<const Column*> fixed_;
  std::vector<Order> order_;
};

}  // namespace

std::expected<Select, std::string> select_of(const View& view, const ViewQuery& query) {
  return Builder(view, query).build();
}

}  // namespace provodka::projections
