#include "ledger/core/invariant.h"
#include "ledger/domain/row_hash.h"
#include "ledger/domain/world.h"

#include <algorithm>
#include <functional>

// Of the state, what is about the world outside: devices, templates, messages.
namespace provodka {

std::optional<uint32_t> World::find_device(TenantId tenant, std::string_view name) const {
  return device_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return devices[row].tenant == tenant.value() && strings[devices[row].name] == name;
  });
}

uint32_t World::add_device(device::DeviceRow row, std::string_view name) {
  row.name = strings.add(name);
  const uint32_t id = devices.append(row);
  device_index_.insert(hash_in(TenantId(row.tenant), name), id);
  return id;
}

std::optional<uint32_t> World::find_template(TenantId tenant, std::string_view name) const {
  return template_index_.find(hash_in(tenant, name), [&](uint32_t row) {
    return templates[row].tenant == tenant.value() && strings[templates[row].name] == name;
  });
}

uint32_t World::add_template(notification::TemplateRow row, std::string_view name) {
  const auto first = find_template(TenantId(row.tenant), name);
  row.name = first ? templates[*first].name : strings.add(name);
  row.first = first ? 0 : 1;
  const uint32_t id = templates.append(row);
  if (!first) {
    template_index_.insert(hash_in(TenantId(row.tenant), name), id);
    return id;
  }
  uint32_t last = *first;
  while (templates[last].next != kNone) last = templates[last].next;
  templates.change(last).next = id;
  return id;
}

std::optional<uint32_t> World::find_message(TenantId tenant, Sequence sequence) const {
  return message_index_.find(hash_entry(tenant.value(), sequence.value()), [&](uint32_t row) {
    return messages[row].tenant == tenant.value() && messages[row].sequence == sequence.value();
  });
}

uint32_t World::add_message(notification::MessageRow row) {
  messages_changed_ = true;
  uint32_t id;
  if (free_messages_.empty()) {
    id = messages.append(row);
  } else {
    std::ranges::pop_heap(free_messages_, std::greater());
    id = free_messages_.back();
    free_messages_.pop_back();
    messages.change(id) = row;
  }
  message_index_.insert(hash_entry(row.tenant, row.sequence), id);
  return id;
}

void World::close_message(uint32_t message) {
  messages_changed_ = true;
  message_index_.erase(hash_entry(messages[message].tenant, messages[message].sequence), message);
  messages.change(message) = {};
  free_messages_.push_back(message);
  std::ranges::push_heap(free_messages_, std::greater());
}

// Rows are used again, so a group that is undone may have taken some of them out of the index and put others
// in their place: the index is made anew.
void World::index_messages() {
  message_index_ = Index();
  free_messages_.clear();
  for (uint32_t i = 0; i < messages.size(); ++i) {
    if (messages[i].sequence == 0) {
      free_messages_.push_back(i);
    } else {
      message_index_.insert(hash_entry(messages[i].tenant, messages[i].sequence), i);
    }
  }
  std::ranges::make_heap(free_messages_, std::greater());
}

}  // namespace provodka
