#pragma once

#include "adapters/routeros/mode.h"
#include "ledger/codec/event_codec.h"
#include "ledger/core/ids.h"
#include "ledger/core/ip_prefix.h"
#include "ledger/core/result.h"
#include "ledger/core/serving.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <boost/unordered_map.hpp>

// What the books want of every router, folded from events. No I/O, no clock.
namespace provodka::device_agent {

using DeviceId = DenseId<struct DeviceTag>;
using Numbers = boost::unordered_flat_set<uint32_t>;

// A router, or a name of one that points have given and that is not registered yet.
struct Device {
  std::string tenant, name;
  std::string address;           // host:port
  std::string sealed;            // the newest credentials
  std::string fingerprint;       // of its certificate, as it was given; empty: any will do
  std::vector<IpPrefix> serves;  // whose points are its own unless they name another
  device::Kind kind{};
  device::Mode mode{};
  uint32_t former_modes = 0;  // a bit each: it may still hold what they left there
  bool registered = false, retired = false;
  Numbers points;   // that it serves, or will when it is registered
  Numbers former;   // that it served once, and does not now
  Numbers leaving;  // that nobody serves any more, and whose last version it has not reported

  bool is_active() const { return registered && !retired; }
};

// The newest result that is in the log.
struct Reported {
  uint32_t version = 0;
  uint32_t count = 0;  // results of the point's present version; zero: none of it
  access::Outcome outcome{};
  DeviceId device;
  std::string detail;
};

struct AccessPoint {
  std::string tag;  // as on routers; it ends in the point's name
  uint32_t tenant = 0, account = 0;
  DeviceId named;   // the device it names
  DeviceId server;  // the one that serves it
  std::string login, address, mac;
  uint32_t version = 0;
  bool on = true;
  bool closed = false;  // its account is: it stays where it is, and off
  bool gone = false;    // it was removed, or was closed and its place is another one's
  Reported reported;

  std::string_view name() const { return std::string_view(tag).substr(tag.find('/') + 1); }
};

class Wanted {
 public:
  // What events changed, in their order.
  struct Changes {
    struct One {
      DeviceId device;
      PointId point;
    };
    std::vector<One> points;        // what that device is to do about that point
    std::vector<PointId> reported;  // a result of it is in the log now
    bool devices = false;           // one was registered, changed or retired

    void clear() { *this = {}; }
  };

  // Of one tenant, or of all.
  explicit Wanted(std::string tenant = {}) : only_tenant_(std::move(tenant)) {}

  // The next event. A fault: it is not the one that follows, so this log is not the one that was folded, or
  // it contradicts what was. Nothing of what was folded is of use then.
  Result<void> fold(const codec::DecodedEvent& event, Changes& changes);

  uint32_t devices() const { return static_cast<uint32_t>(devices_.size()); }
  const Device& device(DeviceId id) const { return devices_[id.value()]; }
  const AccessPoint& point(PointId id) const { return points_[id.value()]; }
  uint32_t points() const { return static_cast<uint32_t>(points_.size()); }
  const std::string& account_of(const AccessPoint& point) const { return accounts_[point.account].name; }

  // What a router is to make of the point. One that it does not serve is gone from it,
  // and off there where it was removed or another router serves it.
  routeros::Point target(PointId id, DeviceId of) const;

  // Whether the log says that a router has the point's present version. A point that never changed needs no
  // confirmation.
  bool is_behind(const AccessPoint& point) const;

 private:
  struct Tenant {
    std::string name;
    uint64_t last = 0;                 // sequence
    Serving serving;                   // of active devices
    std::vector<uint32_t> deviceless;  // points that named none when they were added
  };
  struct Subscription {
    std::string name;
    uint32_t tariff = 0;
    std::vector<std::string> points;  // empty: all of the account
    bool ended = false;
  };
  struct Account {
    std::string name;
    std::vector<uint32_t> points;
    std::vector<Subscription> subscriptions;
  };
  using Names = boost::unordered_flat_map<std::string, uint32_t>;
  // What routers know points by, each address, MAC and login of a tenant as a hash: the points that have it,
  // but for those that are gone.
  using Places = boost::unordered_multimap<uint64_t, uint32_t>;

  template <class T>
  T& named(Names& names, std::vector<T>& rows, std::string_view name);
  Tenant& tenant_of(std::string_view name);
  Device& device_named(std::string_view name);
  Account& account_named(std::string_view name);
  AccessPoint* find_point(std::string_view name);
  uint32_t tariff_named(std::string_view tariff, uint32_t version);

  void on(const account::AccountOpened&);
  void on(const account::AccountClosed&);
  void on(const access::PointAdded&);
  void on(const access::PointChanged&);
  void on(const access::PointRemoved&);
  void on(const access::AccessChanged&);
  void on(const access::AccessApplied&);
  void on(const device::DeviceRegistered&);
  void on(const device::DeviceChanged&);
  void on(const device::DeviceRetired&);
  void on(const tariff::TariffPublished&);
  void on(const subscription::SubscriptionStarted&);
  void on(const subscription::SubscriptionSwitched&);
  void on(const subscription::SubscriptionCharged&);
  void on(const subscription::PeriodBegun&);
  void on(const subscription::SubscriptionCancelled&);
  template <class E>
  void on(const E&) {}

  void add_point(std::string_view account, std::string_view point, const access::PointAdded* more);
  void let_go(AccessPoint& point);
  void claim_places(const AccessPoint& point);
  void leave_places(const AccessPoint& point);
  void assign(AccessPoint& point);
  DeviceId server_of(const AccessPoint& point) const;
  void assign_deviceless();
  void touch(const AccessPoint& point);
  void set_tariff(std::string_view account, std::string_view subscription, uint32_t tariff);
  void touch_all(const Account& account);
  PointId id_of(const AccessPoint& point) const {
    return PointId(static_cast<uint32_t>(&point - points_.data()));
  }
  DeviceId id_of(const Device& device) const {
    return DeviceId(static_cast<uint32_t>(&device - devices_.data()));
  }
  void speeds_of(const AccessPoint& point, routeros::Point& target) const;

  std::string only_tenant_;
  Names tenant_names_, device_names_, account_names_, point_names_, tariff_names_;
  std::vector<Tenant> tenants_;
  std::vector<Device> devices_;
  std::vector<Account> accounts_;
  std::vector<AccessPoint> points_;
  std::vector<tariff::Speed> speeds_;  // of tariffs; zero where none was published
  Places places_;
  std::string key_;  // `<tenant>/<name>`, its memory used again

  // Of the event that is folded.
  uint32_t tenant_ = 0;
  Changes* changes_ = nullptr;
};

}  // namespace provodka::device_agent
