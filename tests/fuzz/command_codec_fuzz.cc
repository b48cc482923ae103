#include "ledger/codec/command_codec.h"
#include "ledger/core/invariant.h"
#include "tests/fuzz/fuzz.h"

#include <string>

namespace provodka::codec {
namespace {

struct Decoded {
  Arena arena;
  Command command;
  CommandError error;
  bool ok = false;

  Decoded(CommandDecoder& decoder, std::string_view json) {
    ok = decoder.decode(json, {}, arena, command, error);
  }

  std::string form() const {
    Buffer out;
    canonical_form(out, command);
    return std::string(out.view());
  }
};

// The document that asks for what a canonical form says: type, tenant, perhaps a date, data.
std::string document_of(std::string_view form) {
  const size_t type_end = form.find(' '), tenant_end = form.find(' ', type_end + 1),
               data = form.find('{', tenant_end);
  const std::string_view date = form.substr(tenant_end + 1, data - tenant_end - 1);
  std::string json = R"({"type":")";
  json.append(form.substr(0, type_end)).append(R"(","id":"again","tenant":")");
  json.append(form.substr(type_end + 1, tenant_end - type_end - 1)).append(R"(",)");
  if (!date.empty()) json.append(R"("effective":)").append(date).append(",");
  return json.append(R"("data":)").append(form.substr(data)).append("}");
}

void check(std::string_view json) {
  static CommandDecoder used;  // as a server's: whatever came before must leave no trace
  const Decoded decoded(used, json);
  CommandDecoder fresh;
  const Decoded again(fresh, json);
  INVARIANT(decoded.ok == again.ok && decoded.error.code == again.error.code &&
                decoded.error.pointer == again.error.pointer && decoded.error.detail == again.error.detail,
            "a decoder that was used before says the same");
  if (!decoded.ok) {
    INVARIANT(!decoded.error.code.empty() && !decoded.error.detail.empty(), "an error says what is wrong");
    INVARIANT(decoded.error.pointer.empty() || decoded.error.pointer.front() == '/', "an error says where");
    return;
  }
  const std::string form = decoded.form();
  INVARIANT(form == again.form(), "the same document has one canonical form", form, again.form());
  const std::string document = document_of(form);
  // Escapes can be longer than what they stand for.
  if (document.size() > kCommandBytesMax) return;
  const Decoded canonical(used, document);
  INVARIANT(canonical.ok, "a canonical form is itself a request", document, canonical.error.pointer,
            canonical.error.detail);
  INVARIANT(canonical.form() == form, "the canonical form of a canonical form is itself", form,
            canonical.form());
}

}  // namespace
}  // namespace provodka::codec

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  provodka::codec::check(provodka::fuzz::text_of(data, size));
  return 0;
}
