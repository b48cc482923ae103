#include "commands/http/tlog_endpoint.h"

#include "commands/http/event_reader.h"
#include "commands/http/reads_endpoint.h"
#include "ledger/log/checkpoint.h"
#include "ledger/log/tiles.h"

namespace provodka::http {
namespace {

// A tile or bundle never changes: a partial one has another name than the full one that it becomes.
constexpr std::string_view kImmutable = "Cache-Control: public, max-age=31536000, immutable\r\n";

Result<std::string> bundle(const engine::Engine& engine, const std::string& tenant,
                           const log::ParsedTilePath& path) {
  const uint64_t first = path.id.index * log::full_width + 1;
  const uint64_t past = first + path.width;
  EventReader reader(engine, tenant, Sequence(first));
  std::string bytes;
  while (reader.next().value() < past) {
    const auto read = reader.read(past - reader.next().value(), [&](Sequence, std::string_view line) {
      log::append_bundle_entry(bytes, line);
    });
    if (!read) return std::unexpected(read.error());
    if (!*read) return fault("entry {} of {} cannot be found", reader.next(), tenant);
  }
  return bytes;
}

}  // namespace

Task<> get_checkpoint(Session& session, const std::string& tenant) {
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  House& house = session.house();
  const auto signer = house.engine.vault().signer(tenant, false);
  if (!signer) {
    session.answer(house.fault(problems::fault, signer.error().what));
    co_return;
  }
  // A tenant that is new has an empty tree for the moment that its tree takes to follow.
  log::Checkpoint checkpoint{.origin = log::log_origin(tenant), .size = 0, .root = log::empty_root()};
  if (const auto head = house.engine.trees().head(tenant)) {
    checkpoint.size = head->size;
    checkpoint.root = head->root;
  }
  const log::SignerKey* const keys[] = {&*signer};
  session.begin(200, "text/plain; charset=utf-8", "Cache-Control: no-store\r\n")
      .append(log::sign_note(checkpoint.text(), keys));
  session.end();
}

Task<> get_keys(Session& session, const std::string& tenant) {
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  const auto signer = session.house().engine.vault().signer(tenant, false);
  if (!signer) {
    session.answer(session.house().fault(problems::fault, signer.error().what));
    co_return;
  }
  Buffer& out = session.begin(200, "text/plain; charset=utf-8");
  out.append(signer->verifier().to_string());
  out.push_back('\n');
  session.end();
}

Task<> get_tile(Session& session, const std::string& tenant, std::string_view path) {
  const bool exists = co_await check_tenant(session, tenant);
  if (!exists) co_return;
  House& house = session.house();
  const auto parsed = log::parse_tile_path(path);
  const auto head = house.engine.trees().head(tenant);
  if (!parsed || !head || log::tile_width(parsed->id.level, parsed->id.index, head->size) < parsed->width) {
    session.answer(Problem(problems::not_found, "the tree has no such tile"));
    co_return;
  }
  if (parsed->entries) {
    const auto bytes = bundle(house.engine, tenant, *parsed);
    if (!bytes) {
      session.answer(house.fault(problems::log_damaged, bytes.error().what));
      co_return;
    }
    session.begin(200, "application/octet-stream", kImmutable).append(*bytes);
  } else {
    const auto hashes = house.engine.trees().tile(tenant, parsed->id, parsed->width);
    if (!hashes) {
      session.answer(house.fault(problems::fault, hashes.error().what));
      co_return;
    }
    session.begin(200, "application/octet-stream", kImmutable)
        .append({reinterpret_cast<const char*>(hashes->data()), hashes->size() * sizeof(log::Hash)});
  }
  session.end();
}

}  // namespace provodka::http
