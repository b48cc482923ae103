#pragma once

#include "adapters/routeros/router.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// How a wanted state is held in one menu of a router. A Mode has no state and does no I/O.
namespace provodka::routeros {

// What the books want of an access point. Texts that are empty were not given.
struct Point {
  std::string tag;  // tag_of(tenant, point)
  bool on = true;
  // No longer this router's: nothing of ours keeps it out here, and unless it is on nothing lets it in.
  bool gone = false;
  std::string address, mac, login;
  uint64_t up_bps = 0, down_bps = 0;  // both zero: no limit
};

// What an entry for one point has to be.
struct Wish {
  enum class Kind : unsigned char {
    absent,      // there is none of ours
    present,     // one of ours has these properties; it is added where there is none
    held,        // the same, but only people can add it
    shut,        // the same, and it does not matter where there is none
    impossible,  // the point lacks something, or has it wrongly
  };
  Kind kind = Kind::absent;
  // Of absent: what tells which entry of somebody else would do to the point what ours does. Of impossible:
  // what entries of ours that are there have to be all the same; nothing: they are taken out.
  Item item;
  std::string why;  // of impossible
};

class Mode {
 public:
  virtual ~Mode() = default;

  virtual std::string_view name() const = 0;  // for reports: `address-list`
  virtual const std::string& menu() const = 0;
  virtual std::vector<std::string> properties() const = 0;  // that print has to bring
  virtual std::vector<std::string> query() const { return {}; }
  // Whether there are routers without this menu, to which it is an empty one.
  virtual bool may_be_missing() const { return false; }

  virtual Wish wish(const Point& point) const = 0;

  // Whether an entry's property is as it should be, however the router writes it.
  virtual bool is_same(std::string_view property, std::string_view has, std::string_view wanted) const = 0;

  // What the router lets only one entry have, each in one form: `address=10.0.0.5`.
  virtual std::vector<std::string> keys(const Item& item) const = 0;
  // The words of a query for one of these keys, as the router may have written it.
  virtual std::vector<std::string> query_of(const std::string& key) const { return {key}; }

  // Whether an entry is made anew, not changed, where this property differs.
  virtual bool is_fixed(std::string_view) const { return false; }

  // Whether ours that are not wanted are removed. Where not, they hold what only people can restore.
  virtual bool removes() const { return true; }

  // What else is sent where this property of an entry changes.
  virtual std::vector<Attribute> sent_with(std::string_view) const { return {}; }

  // Whether an entry with the same keys that is not the point's, foreign or another point's, does to it what
  // its own would.
  virtual bool others_act() const { return false; }

  // Whether a dynamic entry, which the router made itself, is made static and ours.
  virtual bool adopts() const { return false; }

  // The menu of sessions, by `name`, that end when the point is off; empty: none.
  virtual std::string_view sessions_menu() const { return {}; }
};

struct AddressListOptions {
  std::string list = "provodka-blocked";
  bool v6 = false;  // the list of IPv6, for points with such an address; else that of IPv4
};

struct DhcpLeaseOptions {
  std::string server;       // of leases that are added; empty: all of the router's
  bool rate_limits = true;  // leases of ours carry the speeds
  bool adopts = true;       // a dynamic lease of a point's MAC becomes its static one
};

// An entry in a list that the router's rules drop, while the point is off. Rules and their order are
// people's.
std::unique_ptr<Mode> address_list_mode(AddressListOptions options = {});

// A static lease by MAC, with `block-access` while the point is off, and the speeds. It is changed, not made
// anew: without it the client would get a dynamic one and be let in.
std::unique_ptr<Mode> dhcp_lease_mode(DhcpLeaseOptions options = {});

// A secret that people added and tagged: disabled while the point is off, and the sessions of its name ended.
// Never added and never removed, since its password would be lost: that of a point which is gone and off is
// disabled.
std::unique_ptr<Mode> ppp_secret_mode();

// A queue of the point's speeds. It says nothing about on and off; beside it goes a mode that does.
std::unique_ptr<Mode> simple_queue_mode();

}  // namespace provodka::routeros
