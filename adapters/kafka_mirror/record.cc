#include "adapters/kafka_mirror/record.h"

#include "ledger/codec/event_codec.h"
#include "ledger/codec/json_out.h"

namespace provodka::kafka {

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

Result<std::string_view> write_wanted_state(std::string_view line, Arena& arena, Buffer& out) {
  codec::DecodedEvent decoded;
  if (const auto read = codec::decode_event(line, arena, decoded); !read)
    return std::unexpected(read.error());
  const auto* changed = std::get_if<access::AccessChanged>(&decoded.event);
  if (!changed) return fault("its type does not fit its data");
  out.append(R"({"version":)");
  codec::write(out, changed->version);
  out.append(R"(,"wanted":)");
  codec::write(out, changed->wanted);
  out.append(R"(,"reasons":)");
  codec::write(out, changed->reasons);
  out.append(R"(,"account":)");
  codec::write(out, changed->account);
  out.push_back('}');
  return changed->point.text;
}

}  // namespace provodka::kafka
