#include "ledger/codec/event_codec.h"

#include "ledger/codec/subject.h"

namespace provodka::codec {
namespace {

void append_hex(Buffer& out, const CauseHash& hash) {
  static constexpr char kHex[] = "0123456789abcdef";
  char* p = out.room(32);
  for (const unsigned char byte : hash) {
    *p++ = kHex[byte >> 4];
    *p++ = kHex[byte & 15];
  }
  out.wrote_to(p);
}

int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

bool read_hex(std::string_view text, CauseHash& hash) {
  if (text.size() != 32) return false;
  for (size_t i = 0; i < 16; ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    hash[i] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

// Whether the text is the parts, one after the other.
bool is_made_of(std::string_view text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) {
    if (!text.starts_with(part)) return false;
    text.remove_prefix(part.size());
  }
  return text.empty();
}

// The two attributes that say nothing of their own must be those that would be written again.
bool follow_from(const DecodedEvent& decoded, std::string_view subject, std::string_view partition) {
  const std::string_view tenant = decoded.header.tenant;
  return std::visit(
      [&](const auto& event) {
        const Subject expected = subject_of(event, tenant);
        const std::string_view account = owning_account(event);
        return is_made_of(subject, {expected.kind, expected.name}) &&
               is_made_of(partition, {tenant, account.empty() ? "" : "/", account});
      },
      decoded.event);
}

bool read_number_string(LineReader& in, uint64_t& value) {
  return in.take("\"") && in.unsigned_number(value) && in.take("\"");
}

bool read_origin(LineReader& in, Sequence& sequence, std::string_view& tenant) {
  uint64_t id = 0;
  if (!in.take("{\"specversion\":\"1.0\",\"id\":") || !read_number_string(in, id)) return false;
  sequence = Sequence(id);
  if (!in.take(",\"source\":") || !in.string(tenant) || !tenant.starts_with('/')) return false;
  tenant.remove_prefix(1);
  return is_operator_id(tenant);
}

bool read_header(LineReader& in, EventHeader& header, std::string_view& subject,
                 std::string_view& partition) {
  std::string_view time, hash;
  if (!read_origin(in, header.sequence, header.tenant) || !in.take(",\"type\":") || !in.string(header.type) ||
      !in.take(",\"subject\":") || !in.string(subject) || !in.take(",\"time\":") || !in.string(time) ||
      !in.take(",\"partitionkey\":") || !in.string(partition) || !in.take(",\"actor\":") ||
      !in.string(header.actor) || !in.take(",\"cause\":") || !in.string(header.cause) ||
      !in.take(",\"causehash\":") || !in.string(hash)) {
    return false;
  }
  const auto instant = Instant::parse_canonical(time);
  if (!instant) return false;
  header.time = *instant;
  return read_hex(hash, header.cause_hash);
}

std::unexpected<Fault> not_canonical(const LineReader& in) {
  return fault("the line is not as it was written, from byte {} on", in.offset());
}

}  // namespace

std::string_view type_of(const Event& event) {
  return std::visit([](const auto& e) { return std::remove_cvref_t<decltype(e)>::type; }, event);
}

void encode_event(Buffer& out, const EventHeader& header, const Event& event) {
  std::visit(
      [&](const auto& e) {
        out.append("{\"specversion\":\"1.0\",\"id\":\"");
        out.wrote_to(print_unsigned(out.room(20), header.sequence.value()));
        out.append("\",\"source\":\"/");
        out.append(header.tenant);
        out.append("\",\"type\":\"");
        out.append(e.type);
        out.append("\",\"subject\":\"");
        const Subject subject = subject_of(e, header.tenant);
        out.append(subject.kind);
        out.append(subject.name);
        out.append("\",\"time\":\"");
        out.wrote_to(header.time.print(out.room(32)));
        out.append("\",\"partitionkey\":\"");
        out.append(header.tenant);
        if (const std::string_view account = owning_account(e); !account.empty()) {
          out.push_back('/');
          out.append(account);
        }
        out.append("\",\"actor\":");
        write_escaped(out, header.actor);
        out.append(",\"cause\":");
        write_escaped(out, header.cause);
        out.append(",\"causehash\":\"");
        append_hex(out, header.cause_hash);
        out.append("\",\"data\":");
        write(out, e);
        out.push_back('}');
      },
      event);
}

Result<void> decode_event(std::string_view line, Arena& arena, DecodedEvent& out) {
  LineReader in(line, arena);
  std::string_view subject, partition;
  if (!read_header(in, out.header, subject, partition) || !in.take(",\"data\":")) return not_canonical(in);
  bool found = false;
  if (!PublishedEvents::read_data(out.header.type, in, arena, out.event, found)) {
    if (!found) return fault("the event type {} is not known to this version", out.header.type);
    return not_canonical(in);
  }
  if (!in.take("}") || !in.at_end()) return not_canonical(in);
  if (!follow_from(out, subject, partition))
    return fault("the subject or the partition key is not that of the event");
  return {};
}

Result<EventHeader> decode_header(std::string_view line, Arena& arena) {
  LineReader in(line, arena);
  EventHeader header;
  std::string_view subject, partition;
  if (!read_header(in, header, subject, partition)) return not_canonical(in);
  return header;
}

}  // namespace provodka::codec
