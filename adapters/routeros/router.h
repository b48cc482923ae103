#pragma once

#include "adapters/routeros/task.h"
#include "ledger/core/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a driver asks of a router, whichever way it is reached (connection.h, rest.h).
namespace provodka::routeros {

struct Attribute {
  std::string key, value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// An entry of a menu, as far as it was asked for. A property that is missing has its default.
class Item {
 public:
  Item() = default;
  Item(std::initializer_list<Attribute> attributes) : attributes_(attributes) {}

  // Empty where there is none.
  std::string_view find(std::string_view key) const {
    for (const Attribute& attribute : attributes_) {
      if (attribute.key == key) return attribute.value;
    }
    return {};
  }
  std::string_view id() const { return find(".id"); }
  void set(std::string_view key, std::string_view value) {
    for (Attribute& attribute : attributes_) {
      if (attribute.key == key) {
        attribute.value = value;
        return;
      }
    }
    add(key, value);
  }
  // For a key that it does not have.
  void add(std::string_view key, std::string_view value) {
    attributes_.push_back({std::string(key), std::string(value)});
  }
  const std::vector<Attribute>& attributes() const { return attributes_; }

 private:
  std::vector<Attribute> attributes_;
};

enum class Verb : unsigned char { print, add, set, remove, run };

// One command. A menu is written as in the API, `/ip/firewall/address-list`.
struct Operation {
  Verb verb = Verb::print;
  std::string menu;
  std::string command;                  // of run: `make-static`
  std::string id;                       // of set, remove and run
  std::vector<Attribute> attributes;    // of add, set and run
  std::vector<std::string> properties;  // of print: only these; none: all
  std::vector<std::string> query;       // of print: words without their `?`; several are joined by `and`
  std::optional<milliseconds> timeout;  // in place of the router's own

  // `/ip/firewall/address-list/add`, without any value: this may stand in a log.
  std::string name() const {
    static constexpr std::string_view verbs[] = {"print", "add", "set", "remove"};
    return menu + "/" + (verb == Verb::run ? command : std::string(verbs[static_cast<size_t>(verb)]));
  }
};

inline Operation print(std::string menu, std::vector<std::string> properties,
                       std::vector<std::string> query = {}) {
  Operation operation;
  operation.menu = std::move(menu);
  operation.properties = std::move(properties);
  operation.query = std::move(query);
  return operation;
}
inline Operation add(std::string menu, std::vector<Attribute> attributes) {
  Operation operation;
  operation.verb = Verb::add;
  operation.menu = std::move(menu);
  operation.attributes = std::move(attributes);
  return operation;
}
inline Operation set(std::string menu, std::string_view id, std::vector<Attribute> attributes) {
  Operation operation = add(std::move(menu), std::move(attributes));
  operation.verb = Verb::set;
  operation.id = id;
  return operation;
}
inline Operation remove(std::string menu, std::string_view id) {
  Operation operation = set(std::move(menu), id, {});
  operation.verb = Verb::remove;
  return operation;
}
inline Operation run(std::string menu, std::string command, std::string_view id) {
  Operation operation = set(std::move(menu), id, {});
  operation.verb = Verb::run;
  operation.command = std::move(command);
  return operation;
}

// What the router said no to. Its texts are no contract; these are told by parts of them that have lasted.
enum class Refusal : unsigned char { none, no_such_item, no_such_command, already_there, interrupted, other };

Refusal refusal_of(std::string_view category, std::string_view message);

// The router's answer to one operation. A refusal is an answer, not a Fault.
struct Answer {
  std::vector<Item> items;  // of print, and what else gave any
  std::string id;           // of add: that of the new entry
  Refusal refusal = Refusal::none;
  std::string message;  // why it refused
};

// A Fault says that the router cannot be asked any more; what was sent before may or may not have been done.
using Answers = std::vector<Result<Answer>>;

// One router. For the thread that runs its io_context.
class Router {
 public:
  virtual ~Router() = default;

  // Connects and logs in, within a time that the router was made with. A Fault that is `refused` means that
  // it answered and does not let us in. Called again after the connection is lost.
  virtual Task<Result<void>> connect() = 0;

  // Sends all of them, many at once, and comes back when each has its result, in their order. The router is
  // free to run them in any order, so none may depend on another of the same call. Several calls may wait
  // at once.
  virtual Task<Answers> execute(std::vector<Operation> operations) = 0;

  virtual bool is_connected() const = 0;

  // The SHA-256 of the certificate that the router showed last, in 64 lower-case hexadecimal digits. Empty
  // where it is not talked to in TLS, or was not reached.
  virtual std::string fingerprint() const = 0;
  virtual void close() = 0;

  // `router 10.0.0.1:8728`: how its Faults begin.
  virtual const std::string& place() const = 0;

  // One operation.
  Task<Result<Answer>> ask(Operation operation);
};

}  // namespace provodka::routeros
