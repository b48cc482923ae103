#include "adapters/routeros/mirror.h"

#include "adapters/routeros/tag.h"
#include "adapters/routeros/values.h"

#include <algorithm>

namespace provodka::routeros {

void Mirror::load(const std::vector<Item>& items) {
  ours_.clear();
  holders_.clear();
  foreign_.clear();
  for (const Item& item : items) note(item);
}

void Mirror::reload(const std::string& tag, const std::vector<std::string>& keys,
                    const std::vector<Item>& items) {
  while (!ours(tag).empty()) drop(tag, std::string(ours(tag).front().id()));
  for (const std::string& key : keys) foreign_.erase(key);
  for (const Item& item : items) note(item);
}

void Mirror::note(const Item& item) {
  const std::string_view comment = item.find("comment");
  if (is_ours(comment)) {
    put(std::string(comment), item);
    return;
  }
  for (std::string& key : mode_.keys(item)) {
    Foreign& foreign = foreign_[std::move(key)];
    // Where several have the key, one that stays says more than a dynamic one.
    if (!foreign.id.empty() && !foreign.dynamic) continue;
    foreign = {std::string(item.id()), read_bool(item.find("dynamic")), {}};
    if (foreign.dynamic && mode_.adopts()) foreign.item = item;
  }
}

bool Mirror::is_ours(std::string_view comment) const {
  const auto tag = read_tag(comment);
  return tag && (tenant_.empty() || tag->first == tenant_);
}

void Mirror::put(const std::string& tag, Item item) {
  drop(tag, item.id());
  for (std::string& key : mode_.keys(item)) holders_[std::move(key)] = tag;
  ours_[tag].push_back(std::move(item));
}

void Mirror::drop(const std::string& tag, std::string_view id) {
  const auto entry = ours_.find(tag);
  if (entry == ours_.end()) return;
  const auto item = std::ranges::find(entry->second, id, &Item::id);
  if (item == entry->second.end()) return;
  for (const std::string& key : mode_.keys(*item)) {
    if (holder(key) == tag) holders_.erase(key);
  }
  entry->second.erase(item);
  if (entry->second.empty()) {
    ours_.erase(entry);
    return;
  }
  for (const Item& left : entry->second) {
    for (std::string& key : mode_.keys(left)) holders_.try_emplace(std::move(key), tag);
  }
}

const std::vector<Item>& Mirror::ours(const std::string& tag) const {
  static const std::vector<Item> none;
  const auto entry = ours_.find(tag);
  return entry == ours_.end() ? none : entry->second;
}

const Mirror::Foreign* Mirror::foreign(const std::string& key) const {
  const auto entry = foreign_.find(key);
  return entry == foreign_.end() ? nullptr : &entry->second;
}

std::string_view Mirror::holder(const std::string& key) const {
  const auto entry = holders_.find(key);
  return entry == holders_.end() ? std::string_view() : std::string_view(entry->second);
}

}  // namespace provodka::routeros
