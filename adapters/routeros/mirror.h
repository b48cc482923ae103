#pragma once

#include "adapters/routeros/mode.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

namespace provodka::routeros {

// What a menu of a router is known to hold: the entries of ours, and of the others no more than what they
// keep us from adding.
class Mirror {
 public:
  struct Foreign {
    std::string id;
    bool dynamic = false;
    Item item;  // of a dynamic one, where the mode adopts these
  };

  // With a tenant only its tags are ours, so that several may share a router; without one every tag is.
  explicit Mirror(const Mode& mode, std::string tenant = {}) : mode_(mode), tenant_(std::move(tenant)) {}

  // The whole menu, as print gave it.
  void load(const std::vector<Item>& items);
  // What print gave for one tag and for some keys: all that there is of them.
  void reload(const std::string& tag, const std::vector<std::string>& keys, const std::vector<Item>& items);

  // One entry of ours is there, in place of an earlier one with its id.
  void put(const std::string& tag, Item item);
  void drop(const std::string& tag, std::string_view id);

  const std::vector<Item>& ours(const std::string& tag) const;
  const boost::unordered_flat_map<std::string, std::vector<Item>>& ours() const { return ours_; }
  const Foreign* foreign(const std::string& key) const;
  // The tag of the entry of ours that has this key; empty: none.
  std::string_view holder(const std::string& key) const;

 private:
  void note(const Item& item);
  bool is_ours(std::string_view comment) const;

  const Mode& mode_;
  std::string tenant_;
  boost::unordered_flat_map<std::string, std::vector<Item>> ours_;
  boost::unordered_flat_map<std::string, std::string> holders_;
  boost::unordered_flat_map<std::string, Foreign> foreign_;
};

}  // namespace provodka::routeros
