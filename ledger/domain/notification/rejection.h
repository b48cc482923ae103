#pragma once

#include "ledger/domain/rejection.h"

// In the order in which they are checked: of templates, of messages, of reports, of chats.
namespace provodka::notification {
inline constexpr RejectionKind brace_unbalanced{1701, "brace_unbalanced", 422,
                                                "Braces stand in pairs around a field's name"};
inline constexpr RejectionKind field_not_known{1702, "field_not_known", 422,
                                               "The text names a field that there is not"};
inline constexpr RejectionKind bad_channels{1703, "bad_channels", 422,
                                            "Channels are named once each, and one at least"};
inline constexpr RejectionKind trigger_taken{1704, "trigger_taken", 422, "Another template has this trigger"};
inline constexpr RejectionKind unknown_template{1705, "unknown_template", 404, "There is no such template"};
inline constexpr RejectionKind field_missing{1706, "field_missing", 422,
                                             "The template needs a field that only the sender knows"};
inline constexpr RejectionKind unknown_message{1707, "unknown_message", 404, "There is no such message"};
inline constexpr RejectionKind message_settled{1708, "message_settled", 422,
                                               "Nothing more is expected of the message"};
inline constexpr RejectionKind sending_not_final{1709, "sending_not_final", 422,
                                                 "An attempt that begins does not settle the message"};
inline constexpr RejectionKind channel_required{1710, "channel_required", 422,
                                                "An attempt names its channel"};
inline constexpr RejectionKind attempt_unsettled{
    1711, "attempt_unsettled", 422, "The attempt before must have an outcome that is known", true};
inline constexpr RejectionKind attempt_out_of_order{1712, "attempt_out_of_order", 422,
                                                    "This is not the attempt that is due or was made"};
inline constexpr RejectionKind outcome_known{1713, "outcome_known", 422,
                                             "The outcome of the attempt is known already"};
inline constexpr RejectionKind chat_not_a_number{1714, "chat_not_a_number", 422,
                                                 "A Telegram chat is a whole number"};
inline constexpr RejectionKind bad_days{1715, "bad_days", 422,
                                        "A charge is told of 1 to 60 days before it is due"};
inline constexpr RejectionKind bad_staff{1716, "bad_staff", 422, "Staff are named once each, and 50 at most"};
inline constexpr RejectionKind chat_not_linked{1717, "chat_not_linked", 422,
                                               "No Telegram chat is linked to the subscriber"};
}  // namespace provodka::notification
