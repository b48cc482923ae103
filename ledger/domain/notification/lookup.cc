#include "ledger/domain/notification/lookup.h"

namespace provodka::notification {
namespace {

std::string_view primary(std::string_view language) { return language.substr(0, language.find('-')); }

}  // namespace

uint32_t template_in(const World& world, TenantId tenant, std::string_view name, std::string_view language) {
  uint32_t row = world.find_template(tenant, name).value_or(kNone);
  while (row != kNone && world.strings[world.templates[row].language] != language)
    row = world.templates[row].next;
  return row;
}

uint32_t template_for(const World& world, uint32_t first, const subscriber::SubscriberRow& whom) {
  const StringRef locale = world.tenant(TenantId(whom.tenant)).locale;
  for (const std::string_view wanted : {world.strings[whom.language], world.strings[locale]}) {
    uint32_t near = kNone;
    for (uint32_t row = first; row != kNone; row = world.templates[row].next) {
      const std::string_view language = world.strings[world.templates[row].language];
      if (language == wanted) return row;
      if (near == kNone && primary(language) == primary(wanted)) near = row;
    }
    if (near != kNone) return near;
  }
  return first;
}

uint32_t other_with_trigger(const World& world, TenantId tenant, Trigger trigger, std::string_view name) {
  for (uint32_t i = 0; i < world.templates.size(); ++i) {
    const TemplateRow& row = world.templates[i];
    const bool has_it = row.tenant == tenant.value() && row.trigger == static_cast<uint32_t>(trigger) + 1;
    if (has_it && world.strings[row.name] != name) return i;
  }
  return kNone;
}

}  // namespace provodka::notification
