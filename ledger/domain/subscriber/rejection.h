#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked.
namespace provodka::subscriber {
inline constexpr RejectionKind subscriber_exists{1301, "subscriber_exists", 422,
                                                 "The subscriber exists already"};
inline constexpr RejectionKind unknown_subscriber{1302, "unknown_subscriber", 404,
                                                  "There is no such subscriber"};
inline constexpr RejectionKind erased{1303, "erased", 422, "The subscriber has been erased"};
inline constexpr RejectionKind too_many_entries{1304, "too_many_entries", 422,
                                                "At most 16 phones and 16 addresses are kept"};
inline constexpr RejectionKind phone_not_e164{1305, "phone_not_e164", 422,
                                              "A phone number is a plus sign and 7 to 15 digits"};
inline constexpr RejectionKind email_not_plausible{1306, "email_not_plausible", 422,
                                                   "This cannot be an e-mail address"};
inline constexpr RejectionKind tax_number_not_digits{1307, "tax_number_not_digits", 422,
                                                     "A tax number is 5 to 20 digits"};
inline constexpr RejectionKind not_on_earth{
    1308, "not_on_earth", 422, "Coordinates are a latitude within 90 degrees and a longitude within 180"};
inline constexpr RejectionKind nothing_changed{1309, "nothing_changed", 422, "Nothing would change"};
inline constexpr RejectionKind hold_unchanged{1310, "hold_unchanged", 422,
                                              "The legal hold is that way already"};
inline constexpr RejectionKind legal_hold{1311, "legal_hold", 422,
                                          "Nothing is erased while a legal hold is on", true};
}  // namespace provodka::subscriber
