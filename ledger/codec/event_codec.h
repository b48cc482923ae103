#pragma once

#include "ledger/codec/json_line.h"
#include "ledger/core/result.h"
#include "ledger/domain/event.h"

#include <array>
#include <string_view>
#include <variant>

// A stored line: a CloudEvents 1.0 document in JSON (cloudevents/spec, formats/json-format.md), without its
// line feed. FORMAT.md of ledger/log describes the members.
namespace provodka::codec {

inline constexpr size_t kLineBytesMax = 65'535;

using CauseHash = std::array<unsigned char, 16>;

// The attributes of an event. Views, as the event itself.
struct EventHeader {
  Sequence sequence;
  std::string_view tenant;
  std::string_view type;
  Instant time;
  std::string_view actor;
  std::string_view cause;  // the id of the command
  CauseHash cause_hash{};
};

struct DecodedEvent {
  EventHeader header;
  Event event;
};

// The newest type's name of an event.
std::string_view type_of(const Event&);

// Appends the line, without a line feed. `subject` and `partitionkey` follow from the event.
void encode_event(Buffer& out, const EventHeader&, const Event&);

// Reads a line of any published version; what is older is lifted to the newest. The fault names the byte.
Result<void> decode_event(std::string_view line, Arena&, DecodedEvent& out);

// Reads the attributes and leaves the data alone.
Result<EventHeader> decode_header(std::string_view line, Arena&);

// Decodes the data of an event by its type's name. `Newest` is a variant of the newest version of every
// event; `Older` are those that were published before. An older version has a function, found by its
// argument, that makes the next of it: `PaymentReceivedV2 upcast(const PaymentReceivedV1&, Arena&)`; it is
// applied until the newest is reached, so that the rest of the code knows only that. The newest must have the
// subject and the partition key that the older one was written with.
template <class Newest, class... Older>
class EventRegistry;

template <class... Newest, class... Older>
class EventRegistry<std::variant<Newest...>, Older...> {
 public:
  using Variant = std::variant<Newest...>;
  // Every version that was ever published.
  using All = std::variant<Newest..., Older...>;

  // False when the type is unknown (found says so) or the data is not what its encoder would write.
  static bool read_data(std::string_view type, LineReader& in, Arena& arena, Variant& out, bool& found) {
    found = true;
    bool ok = false;
    if (((type == Newest::type && (ok = read(in, out.template emplace<Newest>()), true)) || ...)) return ok;
    if (((type == Older::type && (ok = read_older<Older>(in, arena, out), true)) || ...)) return ok;
    found = false;
    return false;
  }

 private:
  template <class T>
  static bool read_older(LineReader& in, Arena& arena, Variant& out) {
    T old;
    if (!read(in, old)) return false;
    lift(old, arena, out);
    return true;
  }

  template <class T>
  static void lift(const T& event, Arena& arena, Variant& out) {
    if constexpr ((std::is_same_v<T, Newest> || ...)) {
      out = event;
    } else {
      lift(upcast(event, arena), arena, out);
    }
  }
};

// Every event that was ever published. Older versions are added behind the variant.
using PublishedEvents = EventRegistry<EventAlternatives, device::DeviceRegisteredV1, device::DeviceChangedV1>;

}  // namespace provodka::codec
