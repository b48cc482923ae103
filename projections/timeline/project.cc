#include "projections/runner/projection.h"
#include "projections/timeline/timeline_text.h"

namespace provodka::projections {
namespace {

class Timeline : public Projection {
 public:
  Timeline() {
    owns(happenings_);
    owns(subscriber_happenings_);
    owns(accounts_);
  }

  Result<void> fold(const Happened& happened) override {
    std::visit([&](const auto& event) { take(happened.header, event); }, happened.event);
    return {};
  }

 private:
  template <class E>
  void take(const codec::EventHeader& header, const E& event) {
    if constexpr (ConcernsSomebody<E>) {
      const std::string_view account = owning_account(event);
      if constexpr (!requires { event.account.text; } && !requires { event.from.text; }) {
        subscriber_happenings_.add(header.time, header.tenant, event.subscriber, header.sequence,
                                   event.effective, header.type, header.actor, sentence(event));
      } else {
        add(header, event, account, 0, sentence(event));
      }
      if constexpr (requires { sentence_of_other(event); })
        add(header, event, event.to.text, 1, sentence_of_other(event));
      if constexpr (std::is_same_v<E, account::AccountOpened>) {
        if (event.subscriber) accounts_.add(header.tenant, event.account, *event.subscriber);
      }
    }
  }

  template <class E>
  void add(const codec::EventHeader& header, const E& event, std::string_view account, int part,
           const std::string& text) {
    happenings_.add(header.time, header.tenant, account, header.sequence, part, event.effective, header.type,
                    header.actor, text);
  }

  Appends happenings_{"happening",
                      {"time", "tenant", "account", "sequence", "part", "effective", "type", "actor", "text"},
                      Appends::Partitions::monthly};
  Appends subscriber_happenings_{
      "subscriber_happening",
      {"time", "tenant", "subscriber", "sequence", "effective", "type", "actor", "text"}};
  Appends accounts_{"account", {"tenant", "account", "subscriber"}};
};

}  // namespace
}  // namespace provodka::projections

using provodka::projections::Timeline;
PROVODKA_PROJECTION(timeline, 1, Timeline)
