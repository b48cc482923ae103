#pragma once

#include "ledger/domain/world.h"

// Templates and their languages. None is kNone.
namespace provodka::notification {

// The row of a template in exactly this language.
uint32_t template_in(const World&, TenantId, std::string_view name, std::string_view language);

// In the language of a subscriber, where there is one; else in the tenant's; else in the one that it was
// written in first. "ru-RU" is also answered in "ru", and "ru" in "ru-RU". `first` is the first row of the
// template.
uint32_t template_for(const World&, uint32_t first, const subscriber::SubscriberRow&);

// A template of another name that has this trigger in some language.
uint32_t other_with_trigger(const World&, TenantId, Trigger, std::string_view name);

}  // namespace provodka::notification
