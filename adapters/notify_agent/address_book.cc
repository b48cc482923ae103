#include "adapters/notify_agent/address_book.h"

#include "adapters/sms_hilink/phone.h"

#include <algorithm>
#include <random>

namespace provodka::notify_agent {
namespace {

std::string fresh_salt() {
  std::random_device random;
  std::string salt;
  for (int i = 0; i < 4; ++i) salt += fmt::format("{:08x}", random());
  return salt;
}

// What an event sealed of a subscriber, with whose it is; empty views where it sealed nothing.
struct SealedOf {
  std::string_view subscriber, text;
};
SealedOf sealed_in(const Event& event) {
  return std::visit(
      [](const auto& e) -> SealedOf {
        if constexpr (requires {
                        e.sealed.text;
                        e.subscriber.text;
                      }) {
          return {e.subscriber.text, e.sealed.text};
        } else {
          return {};
        }
      },
      event);
}

}  // namespace

AddressBook::AddressBook(log::EventSource& source, PersonalData& personal)
    : source_(source), personal_(personal), salt_(fresh_salt()) {}

uint64_t AddressBook::hash_of(std::string_view phone) const {
  return std::hash<std::string>()(salt_ + std::string(phone));
}

Result<std::optional<std::string>> AddressBook::sealed_at(std::string_view tenant, const std::string& name,
                                                          Position position) {
  const auto frame = source_.frame_at(position, std::chrono::seconds(5));
  if (!frame) return std::unexpected(frame.error());
  if (!*frame) return fault("{} does not give position {}", source_.name(), position);
  Arena arena;
  codec::DecodedEvent event;
  if (auto decoded = codec::decode_event((*frame)->line(position), arena, event); !decoded)
    return std::unexpected(decoded.error());
  return personal_.open(tenant, name, sealed_in(event.event).text);
}

Result<Recipient> AddressBook::open(std::string_view tenant, const std::string& name, const Subscriber& of) {
  Recipient found;
  if (of.erased) return found;
  std::optional<std::vector<std::string>> phones;
  // The newest of each field holds.
  for (auto at = of.sealed_at.rbegin(); at != of.sealed_at.rend() && (found.name.empty() || !phones); ++at) {
    const auto text = sealed_at(tenant, name, *at);
    if (!text) return std::unexpected(text.error());
    if (!*text) return Recipient{};
    const auto texts = texts_in(**text);
    if (!texts) return std::unexpected(texts.error());
    if (const auto called = texts->find("name"); found.name.empty() && called != texts->end())
      found.name = called->second;
    if (phones) continue;
    auto listed = phones_in(**text);
    if (!listed) return std::unexpected(listed.error());
    phones = std::move(*listed);
  }
  for (const std::string& phone : phones.value_or(std::vector<std::string>())) {
    if (auto e164 = sms_hilink::to_e164(phone)) found.phones.push_back(std::move(*e164));
  }
  if (of.chat_at == Position()) return found;
  const auto chat = sealed_at(tenant, name, of.chat_at);
  if (!chat) return std::unexpected(chat.error());
  if (!*chat) return found;
  const auto texts = texts_in(**chat);
  if (!texts) return std::unexpected(texts.error());
  if (const auto id = texts->find("chat"); id != texts->end()) found.chat = id->second;
  return found;
}

Result<void> AddressBook::learn(std::string_view tenant, const Event& event) {
  const bool of_person = std::holds_alternative<subscriber::SubscriberRegistered>(event) ||
                         std::holds_alternative<subscriber::SubscriberChanged>(event);
  if (!of_person) return {};
  const SealedOf sealed = sealed_in(event);
  const auto text = personal_.open(tenant, sealed.subscriber, sealed.text);
  if (!text) return std::unexpected(text.error());
  if (!*text) return {};
  const auto phones = phones_in(**text);
  if (!phones) return std::unexpected(phones.error());
  std::lock_guard lock(mutex_);
  for (const std::string& phone : phones->value_or(std::vector<std::string>()))
    if (const auto e164 = sms_hilink::to_e164(phone)) by_phone_.emplace(hash_of(*e164), sealed.subscriber);
  return {};
}

std::vector<std::string> AddressBook::candidates(std::string_view phone) const {
  std::lock_guard lock(mutex_);
  std::vector<std::string> names;
  const auto [first, last] = by_phone_.equal_range(hash_of(phone));
  for (auto it = first; it != last; ++it) names.push_back(it->second);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace provodka::notify_agent
