#pragma once

#include "adapters/routeros/reconciler.h"
#include "tests/adapters/routeros/support.h"

#include <algorithm>
#include <map>

namespace provodka::routeros::test {

// A router in memory that keeps what it was asked, and refuses as one does.
class FakeRouter final : public Router {
 public:
  Task<Result<void>> connect() override { co_return Result<void>(); }
  Task<Answers> execute(std::vector<Operation> operations) override {
    ++calls;
    const bool whole_menu =
        operations.size() == 1 && operations[0].verb == Verb::print && operations[0].query.size() < 2;
    const std::vector<Item> before = whole_menu ? menus[operations[0].menu] : std::vector<Item>();
    if (whole_menu && slow_reads) {
      error_code ignored;
      co_await slow_reads->async_wait(asio::redirect_error(use_task, ignored));
      Answers answers(1);
      answers[0]->items = before;
      co_return answers;
    }
    Answers answers;
    for (const Operation& operation : operations) {
      if (operation.verb != Verb::print) sent.push_back(operation);
      if (fails_after && *fails_after == 0) {
        answers.push_back(fault("{}: gone", place_));
        continue;
      }
      if (fails_after && operation.verb != Verb::print) --*fails_after;
      answers.push_back(answer(operation));
    }
    co_return answers;
  }
  bool is_connected() const override { return true; }
  std::string fingerprint() const override { return {}; }
  void close() override {}
  const std::string& place() const override { return place_; }

  std::string put(const std::string& menu, Item item) {
    const std::string id = fmt::format("*{:X}", ++last_id_);
    item.set(".id", id);
    menus[menu].push_back(std::move(item));
    return id;
  }

  std::map<std::string, std::vector<Item>> menus;
  std::vector<Operation> sent;  // what changes something
  int calls = 0;
  std::optional<int> fails_after;
  std::string refuses;              // everything, with this text
  std::string refuses_key;          // whatever sets this
  Verb refuses_verb = Verb::print;  // whatever is this
  std::optional<Timer> slow_reads;  // whole menus are answered when this ends, as they were at the beginning

 private:
  static bool fits(const Item& item, const Operation& operation) {
    bool any = false, all = true;
    for (const std::string& word : operation.query) {
      const size_t equals = word.find('=');
      if (equals == word.npos) continue;
      const bool one = item.find(word.substr(0, equals)) == word.substr(equals + 1);
      any |= one;
      all &= one;
    }
    return std::ranges::count(operation.query, "#|") > 0 ? any : all;
  }

  Answer answer(const Operation& operation) {
    Answer answer;
    const auto refuse = [&answer](std::string message) {
      answer.message = std::move(message);
      answer.refusal = refusal_of({}, answer.message);
      return answer;
    };
    auto& items = menus[operation.menu];
    if (operation.verb == Verb::print) {
      std::ranges::copy_if(items, std::back_inserter(answer.items),
                           [&](const Item& i) { return fits(i, operation); });
      return answer;
    }
    if (!refuses.empty()) return refuse(refuses);
    if (operation.verb == refuses_verb ||
        std::ranges::count(operation.attributes, refuses_key, &Attribute::key) > 0)
      return refuse("failure: not now");
    if (operation.verb == Verb::add) {
      Item item;
      for (const Attribute& attribute : operation.attributes) item.set(attribute.key, attribute.value);
      const bool taken = std::ranges::any_of(items, [&](const Item& other) {
        return !item.find("list").empty() && item.find("list") == other.find("list") &&
               item.find("address") == other.find("address");
      });
      if (taken) return refuse("failure: already have such entry");
      answer.id = put(operation.menu, std::move(item));
      return answer;
    }
    const auto item = std::ranges::find(items, operation.id, &Item::id);
    if (item == items.end()) return refuse("no such item");
    if (operation.verb == Verb::remove) items.erase(item);
    if (operation.verb == Verb::set) {
      for (const Attribute& attribute : operation.attributes) item->set(attribute.key, attribute.value);
    }
    if (operation.verb == Verb::run) {
      item->set("dynamic", "false");
      item->set(".id", fmt::format("*{:X}", ++last_id_));
    }
    return answer;
  }

  std::string place_ = "router fake";
  int last_id_ = 0;
};

inline const std::string kList = "/ip/firewall/address-list";

inline Item listed(std::string_view address, std::string_view comment,
                   std::string_view list = "provodka-blocked") {
  return {{"list", std::string(list)}, {"address", std::string(address)}, {"comment", std::string(comment)}};
}

template <class... M>
std::vector<std::unique_ptr<Mode>> modes(M... mode) {
  std::vector<std::unique_ptr<Mode>> all;
  (all.push_back(std::move(mode)), ...);
  return all;
}

struct House {
  asio::io_context context;
  FakeRouter router;
  Reconciler reconciler;

  template <class... M>
  explicit House(M... mode) : reconciler(context, router, modes(std::move(mode)...)) {}
  Report reconcile(std::vector<Point> points) {
    return run(context, reconciler.reconcile(std::move(points)));
  }
  Report apply(Point point) { return run(context, reconciler.apply({std::move(point)})); }
};

inline std::vector<std::string> shown(const Report& report) {
  static constexpr const char* kinds[] = {"repaired", "obstructed", "failed"};
  std::vector<std::string> lines;
  for (const Finding& f : report.findings)
    lines.push_back(fmt::format("{} {} {}", kinds[static_cast<size_t>(f.kind)], f.tag, f.what));
  return lines;
}
using Lines = std::vector<std::string>;

}  // namespace provodka::routeros::test
