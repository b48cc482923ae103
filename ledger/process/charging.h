#pragma once

#include "ledger/domain/subscription/pricing.h"
#include "ledger/process/subject.h"

#include <optional>

// Charges of subscriptions, as the events that record them.
namespace provodka::process {

// What days would cost.
struct Offer {
  uint32_t version;
  subscription::Price price;  // of the whole period, or of an hour
  Period period;
  Date first, past;
  int64_t amount_minor;
  bool restarts = false;
};

// The days from `day` to the end of the period around it; of what is charged day by day, that day; of what is
// charged by the hour, an hour.
std::optional<Offer> offer(const Subject&, uint32_t subscription, Date day);

// The same after a block: what is left of the period, or a new one, as the tenant has it.
std::optional<Offer> offer_to_resume(const Subject&, uint32_t subscription);

// As many whole days of it as can be paid.
std::optional<Offer> shortened(const Subject&, Offer);

// What has to be there for it: nothing where it is paid for afterwards.
int64_t due_at_once(const Subject&, uint32_t subscription, const Offer&);

// The next event of taking it: the set-up fee, the charge (of the days up to the next rate of tax), or the
// beginning of what is paid for afterwards.
std::optional<Event> take(const Subject&, uint32_t subscription, const Offer&, bool on_credit);

// Unused money back, or what was used charged, of a segment that has been closed; none where none is open.
std::optional<Event> settle_closed_segment(const Subject&);

// The hours that were used up to an instant, of what runs on.
std::optional<Event> post_hours(const Subject&, uint32_t subscription, Instant end);

// The charge at the end of a period in arrears.
std::optional<Event> charge_in_arrears(const Subject&, uint32_t subscription);

// The set-up or the freeze fee that is due.
std::optional<Event> charge_fee(const Subject&, uint32_t subscription, subscription::Fee);

}  // namespace provodka::process
