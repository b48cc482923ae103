#include "commands/http/subscriber_endpoint.h"

#include "commands/http/event_reader.h"
#include "ledger/codec/event_codec.h"
#include "ledger/domain/subscriber/rejection.h"

#include <vector>

namespace provodka::http {
namespace {

using subscriber::Personal;

// What the state knows of a subscriber.
struct Seen {
  const RejectionKind* missing = nullptr;
  Buffer json;  // an object that is not closed yet
  bool erased = false;
  Sequence sealed;  // of the last event with something personal
};

template <class V>
void write_next(Buffer& out, std::string_view name, const V& value) {
  if (out.back() != '{') out.push_back(',');
  codec::write_escaped(out, name);
  out.push_back(':');
  codec::write(out, value);
}

// In the order in which they were opened.
void write_accounts(Buffer& out, const World& world, const subscriber::SubscriberRow& row) {
  std::vector<uint32_t> accounts;
  for (uint32_t l = row.first_account; l != kNone; l = world.subscriber_accounts[l].next)
    accounts.push_back(world.subscriber_accounts[l].account);
  out.append(R"(,"accounts":[)");
  for (size_t i = accounts.size(); i > 0; --i) {
    codec::write(out, Id{world.strings[world.accounts[accounts[i - 1]].name]});
    if (i > 1) out.push_back(',');
  }
  out.push_back(']');
}

void write_seen(Seen& seen, const World& world, const subscriber::SubscriberRow& row) {
  Buffer& out = seen.json;
  out.clear();
  out.push_back('{');
  write_next(out, "subscriber", Id{world.strings[row.name]});
  write_next(out, "kind", row.kind);
  if (const std::string_view language = world.strings[row.language]; !language.empty())
    write_next(out, "language", Id{language});
  write_next(out, "hold", row.on_hold != 0);
  write_next(out, "erased", row.erased != 0);
  write_accounts(out, world, row);
  seen.erased = row.erased != 0;
  seen.sealed = Sequence(row.sealed);
}

void write_personal(Buffer& out, const Personal& personal) {
  for_each_member<Personal>([&](std::string_view name, auto member) {
    const auto& value = personal.*member;
    if constexpr (requires { value.has_value(); }) {
      if (value) write_next(out, name, *value);
    }
  });
}

// An event that sealed something personal.
struct SealedEvent {
  std::string_view subscriber, sealed;
  Sequence previous;  // none of a registration
};

Result<SealedEvent> sealed_event(const engine::Engine& engine, const std::string& tenant, Sequence sequence,
                                 Arena& arena) {
  EventReader reader(engine, tenant, sequence);
  std::string_view line;
  while (line.empty()) {
    const auto read = reader.read(1, [&](Sequence, std::string_view found) { line = arena.copy(found); });
    if (!read) return std::unexpected(read.error());
    if (!*read && line.empty()) return fault("event {} of {} is not in the log", sequence, tenant);
  }
  codec::DecodedEvent decoded;
  if (const auto read = codec::decode_event(line, arena, decoded); !read)
    return std::unexpected(read.error());
  if (const auto* made = std::get_if<subscriber::SubscriberRegistered>(&decoded.event))
    return SealedEvent{made->subscriber.text, made->sealed.text, Sequence()};
  if (const auto* changed = std::get_if<subscriber::SubscriberChanged>(&decoded.event))
    return SealedEvent{changed->subscriber.text, changed->sealed.text, changed->previous};
  return fault("event {} of {} seals nothing", sequence, tenant);
}

// Walks back from the last event that sealed something and takes the newest of each field. nullopt where
// there is no key.
Result<std::optional<Personal>> opened(const engine::Engine& engine, const std::string& tenant,
                                       const std::string& subscriber, Sequence last, Arena& arena) {
  Personal personal{};
  for (Sequence next = last; next != Sequence();) {
    const auto event = sealed_event(engine, tenant, next, arena);
    if (!event) return std::unexpected(event.error());
    const auto text = engine.subscriber_keys().unseal(tenant, subscriber, event->sealed);
    if (!text) return std::unexpected(text.error());
    if (!*text) return std::nullopt;
    Personal older{};
    codec::LineReader in(arena.copy(**text), arena);
    if (event->subscriber != subscriber || event->previous >= next || !codec::read(in, older) ||
        !in.at_end() || older.subscriber.text != subscriber) {
      return fault("what event {} of {} sealed cannot be read", next, tenant);
    }
    fill_in(personal, older);
    next = event->previous;
  }
  return personal;
}

}  // namespace

Task<> get_subscriber(Session& session, const std::string& tenant, const std::string& subscriber) {
  const engine::Engine& engine = session.house().engine;
  Seen seen;
  std::optional<Personal> personal;
  Arena arena;
  // Where the key has gone, the erasure came between: then the state says so at a second look.
  for (int looks = 0; looks < 2 && !personal && !seen.erased && !seen.missing; ++looks) {
    const std::string failure = co_await look_at(
        session.house().engine, session.worker().completions, [&](const World& world, Position, Instant) {
          const auto tenant_id = world.find_tenant(tenant);
          const auto id = tenant_id ? world.find_subscriber(*tenant_id, subscriber) : std::nullopt;
          if (id) {
            write_seen(seen, world, world.subscribers[*id]);
          } else {
            seen.missing = tenant_id ? &subscriber::unknown_subscriber : &common::unknown_tenant;
          }
        });
    if (!failure.empty()) {
      session.worker().warn_once(failure);
      session.answer(Problem(problems::unavailable));
      co_return;
    }
    if (seen.missing || seen.erased) break;
    auto record = opened(engine, tenant, subscriber, seen.sealed, arena);
    if (!record) {
      session.answer(session.house().fault(problems::fault, record.error().what));
      co_return;
    }
    personal = std::move(*record);
  }
  if (seen.missing) {
    session.answer(Problem(Rejection{seen.missing, {}, {}}));
  } else if (!personal && !seen.erased) {
    session.answer(session.house().fault(
        problems::fault, fmt::format("the vault has no key of subscriber {} of {}: restore vault/subscribers "
                                     "from its backup",
                                     subscriber, tenant)));
  } else {
    if (personal) write_personal(seen.json, *personal);
    seen.json.push_back('}');
    session.begin(200, "application/json", "Cache-Control: no-store\r\n").append(seen.json.view());
    session.end();
  }
}

}  // namespace provodka::http
