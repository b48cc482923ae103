#include "ledger/codec/event_codec.h"
#include "ledger/core/invariant.h"
#include "tests/fuzz/fuzz.h"

namespace provodka::codec {
namespace {

void check(std::string_view line) {
  Arena arena;
  DecodedEvent decoded;
  if (!decode_event(line, arena, decoded)) return;
  const auto header = decode_header(line, arena);
  INVARIANT(header && header->sequence == decoded.header.sequence &&
                header->tenant == decoded.header.tenant && header->type == decoded.header.type &&
                header->cause_hash == decoded.header.cause_hash,
            "the attributes alone are read as with the data", line);
  // What was lifted from an older version is never written again.
  if (type_of(decoded.event) != decoded.header.type) return;
  Buffer again;
  encode_event(again, decoded.header, decoded.event);
  INVARIANT(again.view() == line, "what is read is written as the same bytes", line, again.view());
}

}  // namespace
}  // namespace provodka::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provodka::codec::check(provodka::fuzz::text_of(data, size));
  return 0;
}
