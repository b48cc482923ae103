#include "adapters/kafka_mirror/record.h"

#include "ledger/codec/event_codec.h"
#include "ledger/codec/json_out.h"

#include <algorithm>

namespace provodka::kafka {
namespace {

using Reasons = decltype(access::AccessChanged::reasons);

constexpr std::array kWantedTypes{access::AccessChanged::type, access::PointAdded::type,
                                  access::PointRemoved::type, account::AccountOpened::type};

void write(uint32_t version, account::Access wanted, const Reasons& reasons, const Id& account, Buffer& out) {
  out.append(R"({"version":)");
  codec::write(out, version);
  out.append(R"(,"wanted":)");
  codec::write(out, wanted);
  out.append(R"(,"reasons":)");
  codec::write(out, reasons);
  out.append(R"(,"account":)");
  codec::write(out, account);
  out.push_back('}');
}

// A point begins with version 0, and on.
WantedState begin(const Id& point, const Id& account, Buffer& out) {
  write(0, account::Access::on, {}, account, out);
  return {.point = point.text};
}

}  // namespace

std::optional<LineAttributes> attributes_of(std::string_view line) {
  LineAttributes found;
  const char* at = line.data();
  const char* const end = at + line.size();
  // Takes `before` and then the text up to the quote that ends it.
  const auto take = [&](std::string_view before, std::string_view& text) {
    if (!std::string_view(at, static_cast<size_t>(end - at)).starts_with(before)) return false;
    at += before.size();
    const auto* quote = static_cast<const char*>(std::memchr(at, '"', static_cast<size_t>(end - at)));
    if (!quote || quote == at || quote[-1] == '\\') return false;
    text = {at, static_cast<size_t>(quote - at)};
    at = quote;
    return true;
  };
  const bool complete = take(R"({"specversion":"1.0","id":")", found.id) &&
                        take(R"(","source":")", found.source) && take(R"(","type":")", found.type) &&
                        take(R"(","subject":")", found.subject) && take(R"(","time":")", found.time) &&
                        take(R"(","partitionkey":")", found.partitionkey);
  if (!complete || !found.source.starts_with('/')) return std::nullopt;
  return found;
}

bool brings_wanted_state(std::string_view type) {
  return std::ranges::find(kWantedTypes, type) != kWantedTypes.end();
}

Result<WantedState> write_wanted_state(std::string_view line, Arena& arena, Buffer& out) {
  codec::DecodedEvent decoded;
  if (const auto read = codec::decode_event(line, arena, decoded); !read)
    return std::unexpected(read.error());
  if (const auto* changed = std::get_if<access::AccessChanged>(&decoded.event)) {
    write(changed->version, changed->wanted, changed->reasons, changed->account, out);
    return WantedState{.point = changed->point.text};
  }
  if (const auto* opened = std::get_if<account::AccountOpened>(&decoded.event))
    return begin(opened->point, opened->account, out);
  if (const auto* added = std::get_if<access::PointAdded>(&decoded.event))
    return begin(added->point, added->account, out);
  if (const auto* removed = std::get_if<access::PointRemoved>(&decoded.event))
    return WantedState{.point = removed->point.text, .is_gone = true};
  return fault("its type does not fit its data");
}

}  // namespace provodka::kafka
