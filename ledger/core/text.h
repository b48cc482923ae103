#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

namespace provodka {

// The texts of commands and events. All are views: they live as long as the command, the line or the
// arena that they were read from.

// An id of the operator's own (account, point, provider, service): 1 to 64 of A-Z a-z 0-9 . _ : -
// Its form is checked where it enters, so it never needs escaping in JSON.
struct Id {
  std::string_view text;
  friend bool operator==(Id, Id) = default;
  friend auto operator<=>(Id, Id) = default;
};

// Free text of at most Max bytes of valid UTF-8, not empty.
template <size_t Max>
struct Text {
  static constexpr size_t kMaxBytes = Max;
  std::string_view text;
  friend bool operator==(Text, Text) = default;
};

// A text in one language, by its BCP 47 tag. On the wire a list of them is an object.
struct LanguageText {
  Id language;
  Text<200> text;
  friend bool operator==(LanguageText, LanguageText) = default;
};

using Note = Text<1000>;       // what a person wrote beside an entry
using Reason = Text<200>;      // why someone decided so
using Label = Text<200>;       // a name that is shown; not personal data
using ExternalId = Text<128>;  // the id that a payment provider gave
using Actor = Text<128>;       // who did it
using CommandId = Text<128>;   // the sender's id of a command; printable ASCII

}  // namespace provodka
