#include "tests/ledger/codec/samples.h"

#include <random>

#include <catch2/catch_test_macros.hpp>
#include <rapidcheck.h>

namespace provodka::test {
namespace {

// Makes up a value of any type that events are made of, from its description.
class Maker {
 public:
  Maker(uint64_t seed, Arena& arena) : random_(seed), arena_(arena), currency_(any_currency()) {}

  size_t below(size_t n) { return random_() % n; }

  std::string_view text(size_t max) {
    // Plain runs of all lengths around a word of the machine, and what has to be escaped.
    static constexpr std::string_view kPieces[] = {"a",    "plain text ", "\"", "\\", "\n",     "\r\t\b\f",
                                                   "\x01", "я",           "🚪", "/",  "\\u0000"};
    std::string made = "x";
    const size_t wanted = 1 + below(std::min<size_t>(max, 90));
    while (made.size() < wanted) made += kPieces[below(std::size(kPieces))];
    if (below(8) == 0) made += std::string(1, '\0');
    return arena_.copy(std::string_view(made).substr(0, max));
  }
  std::string_view id() {
    static constexpr std::string_view kBytes = "ABYZabyz019._:-";
    std::string made;
    for (size_t n = 1 + below(64); n > 0; --n) made += kBytes[below(kBytes.size())];
    return arena_.copy(made);
  }
  int64_t minor() {
    static constexpr int64_t kEnds[] = {0, 1, -1, 99, -100, INT64_MAX, INT64_MIN};
    return below(3) ? static_cast<int64_t>(random_()) >> below(64) : kEnds[below(std::size(kEnds))];
  }

  void make(Id& out) { out.text = id(); }
  template <size_t Max>
  void make(Text<Max>& out) {
    out.text = text(Max);
  }
  void make(payment::PaidAt& out) { out.text = text(64); }
  void make(bool& out) { out = below(2) == 1; }
  void make(uint32_t& out) { out = static_cast<uint32_t>(random_() >> below(64)); }
  void make(Sequence& out) { out = Sequence(random_() >> below(64)); }
  void make(Date& out) {
    out = {Date::earliest().days +
           static_cast<int32_t>(below(static_cast<size_t>(Date::latest().days - Date::earliest().days + 1)))};
  }
  void make(Month& out) {
    Date day;
    make(day);
    out = Month::of(day);
  }
  void make(TimeOfDay& out) { out.minutes = static_cast<uint32_t>(below(24 * 60)); }
  void make(Instant& out) {
    const int64_t most = 250'000'000'000 * micros_per_second;  // within the years that can be printed
    out = {static_cast<int64_t>(random_() % static_cast<uint64_t>(most))};
  }
  void make(Decimal& out) { out = Decimal::from_billionths(minor()); }
  void make(LanguageText& out) {
    make(out.language);
    make(out.text);
  }
  void make(Currency& out) { out = any_currency(); }
  void make(Money& out) { out = {minor(), currency_}; }
  void make(book::LedgerName& out) {
    make(out.kind);
    out.name = text(200);
  }
  template <DescribedEnum E>
  void make(E& out) {
    const auto wanted = below(boost::mp11::mp_size<boost::describe::describe_enumerators<E>>::value);
    size_t i = 0;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto e) {
      if (i++ == wanted) out = e.value;
    });
  }
  template <class T>
  void make(std::optional<T>& out) {
    if (below(2)) make(out.emplace());
  }
  template <class T, size_t N>
  void make(boost::container::small_vector<T, N>& out) {
    for (size_t n = below(N + 2); n > 0; --n) make(out.emplace_back());
  }
  template <Described T>
  void make(T& out) {
    for_each_member<T>([&](std::string_view, auto member) { make(out.*member); });
  }

  Event event() {
    Event made;
    const size_t wanted = below(std::variant_size_v<EventAlternatives>);
    boost::mp11::mp_for_each<boost::mp11::mp_iota_c<std::variant_size_v<EventAlternatives>>>([&](auto i) {
      if (i == wanted) make(made.template emplace<i>());
    });
    return made;
  }

 private:
  Currency any_currency() {
    static constexpr std::string_view kCodes[] = {"RUB", "JPY", "KWD", "CLF"};
    return currency(kCodes[below(std::size(kCodes))]);
  }

  std::mt19937_64 random_;
  Arena& arena_;
  Currency currency_;
};

TEST_CASE("any event comes back from its line") {
  CHECK(rc::check("decode after encode is the identity, and so is encode after decode", [] {
    Arena arena;
    Maker maker(*rc::gen::arbitrary<uint64_t>(), arena);
    for (int i = 0; i < 20; ++i) {
      const Event event = maker.event();
      codec::EventHeader header{.sequence = {},
                                .tenant = maker.id(),
                                .type = codec::type_of(event),
                                .time = {static_cast<int64_t>(maker.below(1) + 1'700'000'000'000'000)},
                                .actor = maker.text(128),
                                .cause = maker.text(128),
                                .cause_hash = {}};
      maker.make(header.sequence);
      for (unsigned char& byte : header.cause_hash) byte = static_cast<unsigned char>(maker.below(256));
      const std::string line = line_of(header, event);
      codec::DecodedEvent decoded;
      const auto read = codec::decode_event(line, arena, decoded);
      RC_ASSERT(read.has_value());
      RC_ASSERT(same_event(decoded.event, event));
      RC_ASSERT(decoded.header.actor == header.actor);
      RC_ASSERT(decoded.header.cause == header.cause);
      RC_ASSERT(decoded.header.cause_hash == header.cause_hash);
      RC_ASSERT(written_again(decoded) == line);
    }
  }));
}

// A changed line is refused, or it is read as exactly what it now says.
void check_changed(const std::string& line, Arena& arena) {
  arena.clear();
  codec::DecodedEvent decoded;
  if (!codec::decode_event(line, arena, decoded)) return;
  // One digit makes a line of an older version of it, which is lifted to the newest.
  if (decoded.header.type != codec::type_of(decoded.event)) return;
  if (written_again(decoded) != line) FAIL(line << "\nis read as\n" << written_again(decoded));
}

TEST_CASE("no changed byte goes unnoticed") {
  // Every bit, and the bytes that mean something to JSON or to a value.
  std::string bytes("\"\\/{}[],:-.0159aefnotuZ \n\x80\xff", 26);
  bytes += '\0';
  size_t changed = 0;
  Arena arena;
  for (const Sample& sample : samples()) {
    std::string line = line_of(sample.header, sample.event);
    for (char& byte : line) {
      const char before = byte;
      for (int bit = 0; bit < 8; ++bit) {
        byte = static_cast<char>(before ^ 1 << bit);
        check_changed(line, arena);
      }
      for (const char other : bytes) {
        byte = other;
        check_changed(line, arena);
      }
      byte = before;
      ++changed;
    }
  }
  CHECK(changed > 10'000);
}

TEST_CASE("no byte is lost or added unnoticed") {
  Arena arena;
  size_t changed = 0;
  for (const Sample& sample : samples()) {
    const std::string line = line_of(sample.header, sample.event);
    for (size_t i = 0; i < line.size(); ++i) {
      check_changed(line.substr(0, i) + line.substr(i + 1), arena);
      for (const char added : {'0', '"', '\\', ' ', 'a', ',', '\n'}) {
        check_changed(line.substr(0, i) + added + line.substr(i), arena);
      }
      ++changed;
    }
  }
  CHECK(changed > 10'000);
}

}  // namespace
}  // namespace provodka::test
