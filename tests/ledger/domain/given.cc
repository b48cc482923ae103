#include "tests/ledger/domain/given.h"

#include "ledger/codec/event_codec.h"
#include "ledger/process/settle.h"

#include <algorithm>
#include <exception>

#include <fmt/format.h>

namespace provodka::test {

Lines lines(const book::Postings& postings) {
  Lines lines;
  for (const book::Posting& p : postings) {
    lines.push_back(fmt::format("{}/{} {} {}", book::name_of(p.account.kind), p.account.name,
                                p.amount.to_string(), p.balance.to_string()));
  }
  return lines;
}

Lines lines(const account::Standings& standings) {
  Lines lines;
  for (const account::Standing& s : standings) {
    lines.push_back(fmt::format("{} {} {} {}", s.account.text, s.balance.to_string(), s.available.to_string(),
                                enum_name(s.access)));
  }
  return lines;
}

std::string table_bytes(World& world) {
  std::string bytes;
  for (const AnyTable* table : world.tables()) {
    bytes += fmt::format("[{}]", table->rows());
    for (uint32_t page = 0; page < table->pages(); ++page) {
      const auto rows = table->page(page);
      bytes.append(reinterpret_cast<const char*>(rows.data()), rows.size());
    }
  }
  return bytes;
}

void replay_line(World& world, std::string_view line, uint64_t position) {
  Arena arena;
  codec::DecodedEvent decoded;
  const auto read = codec::decode_event(line, arena, decoded);
  INVARIANT(read.has_value(), "a line that was encoded can be decoded", line);
  const auto tenant = world.find_tenant(decoded.header.tenant);
  evolve(world, decoded.event,
         {.tenant = tenant ? *tenant : TenantId(world.tenants.size()),
          .sequence = decoded.header.sequence,
          .position = Position(position),
          .time = decoded.header.time});
}

std::string contradiction_in(const World& world) {
  for (uint32_t t = 0; t < world.tenants.size(); ++t) {
    __int128 sum = 0;
    for (uint32_t i = 0; i < world.ledger.size(); ++i) {
      if (world.ledger[i].tenant == t) sum += world.ledger[i].balance_minor;
    }
    uint32_t open = 0;
    for (uint32_t i = 0; i < world.accounts.size(); ++i) {
      if (world.accounts[i].tenant != t) continue;
      sum += world.accounts[i].balance_minor;
      open += world.accounts[i].status == account::Status::open;
    }
    if (sum != 0) return fmt::format("the trial balance of tenant {} is {}", t, static_cast<int64_t>(sum));
    if (open != world.tenants[t].accounts) return fmt::format("tenant {} has {} open accounts", t, open);
  }
  for (uint32_t i = 0; i < world.subscribers.size(); ++i) {
    uint32_t accounts = 0;
    for (uint32_t l = world.subscribers[i].first_account; l != kNone; l = world.subscriber_accounts[l].next)
      ++accounts;
    if (accounts != world.subscribers[i].accounts)
      return fmt::format("subscriber {} has {} accounts", i, accounts);
  }
  for (uint32_t i = 0; i < world.accounts.size(); ++i) {
    uint32_t on = 0;
    for (uint32_t p = world.accounts[i].first_point; p != kNone; p = world.points[p].next) {
      if (world.points[p].account != i) return fmt::format("point {} is another account's", p);
      on += world.points[p].first_block == kNone;
    }
    if (on != world.accounts[i].points_on) return fmt::format("account {} has {} points on", i, on);
  }
  return {};
}

namespace {

// How an event says that accounts stand, where the state says otherwise; else empty.
std::string false_standing_in(const World& world, TenantId tenant, const Event& event) {
  return std::visit(
      [&](const auto& e) -> std::string {
        const account::Standings standings = account::standings_in(e);
        for (const account::Standing& s : standings) {
          const account::AccountRow& row = world.account(world.find_account(tenant, s.account.text).value());
          const __int128 available =
              __int128{row.balance_minor} + row.credit_limit_minor + world.arrangement(row).promise_minor;
          const bool is_available =
              available > INT64_MAX ? s.available.minor == INT64_MAX : s.available.minor == available;
          const bool has_access = (s.access == account::Access::on) == (row.points_on > 0);
          if (s.balance.minor != row.balance_minor || !is_available || !has_access)
            return lines(standings).front();
        }
        return {};
      },
      event);
}

Instant now() { return Instant::parse("2026-11-20T09:00:00Z").value(); }

}  // namespace

void Then::then_rejected(const RejectionKind& kind, std::string_view pointer) const {
  REQUIRE_FALSE(outcome_.has_value());
  CHECK(outcome_.error().kind->code == kind.code);
  CHECK(outcome_.error().kind == &kind);
  CHECK(outcome_.error().pointer == pointer);
}

const Decision& Then::then_events(std::initializer_list<std::string_view> types) const {
  if (!outcome_) FAIL("rejected: " << outcome_.error().kind->code << " " << outcome_.error().detail);
  std::vector<std::string_view> got;
  for (const Event& event : *outcome_) got.push_back(codec::type_of(event));
  REQUIRE(got == std::vector<std::string_view>(types));
  return *outcome_;
}

struct Books::Impl {
  struct Past {
    TenantId tenant;
    Sequence sequence;
    std::string account;
    Money amount;
    std::string counter;
    std::string external_id;  // of a payment; a charge has none
    bool suspended = false;
  };

  uint64_t sequence() const { return world_.tenant(tenant_).events; }

  // What follows by itself, as the engine lets it follow; on every account, which must be at rest afterwards.
  void settle() {
    for (uint32_t i = 0; i < world_.accounts.size(); ++i) {
      const TenantId tenant(world_.accounts[i].tenant);
      if (tenant != tenant_) continue;
      Context context;
      context.tenant = tenant;
      context.now = now();
      context.today = context.effective = date("2026-11-20");
      int steps = 0;
      while (const auto event = process::next_step(world_, context, AccountId(i))) {
        REQUIRE(++steps < 1000);
        apply(*event);
      }
    }
  }

  const Past* named_by(const CommandData& command) const {
    const auto* charge = std::get_if<charge::ReverseCharge>(&command);
    std::string_view provider, external_id;
    std::visit(
        [&](const auto& c) {
          if constexpr (requires { c.external_id; }) {
            provider = c.provider.text;
            external_id = c.external_id.text;
          }
        },
        command);
    for (const Past& past : past_) {
      if (past.tenant != tenant_) continue;
      if (!external_id.empty() && past.external_id == external_id && past.counter == provider) return &past;
      if (charge && past.external_id.empty() && past.sequence == charge->charge) return &past;
    }
    return nullptr;
  }

  Decided<Decision> decide(const CommandData& command) {
    Context context{.tenant = tenant_,
                    .now = now(),
                    .today = date("2026-11-20"),
                    .effective = effective_,
                    .new_tenant = tenant_name_,
                    .log_key = "acme+00000000+AAAA",
                    .sealed = "c2VhbGVk"};
    NamedEntry named;
    if (const Past* past = named_by(command)) {
      named = {past->sequence, past->account, past->amount, past->counter, past->suspended};
      context.named = &named;
    }
    return provodka::decide(world_, command, context);
  }

  void apply(const Event& event) {
    if (!tenant_) tenant_ = TenantId(world_.tenants.size());
    const uint64_t before = world_.tenants.size() > tenant_.value() ? sequence() : 0;
    const Sequence sequence(before + 1);
    Buffer line;
    codec::encode_event(line,
                        {.sequence = sequence,
                         .tenant = tenant_name_,
                         .type = {},
                         .time = now(),
                         .actor = "anna",
                         .cause = "c-1",
                         .cause_hash = {}},
                        event);
    lines_.emplace_back(line.view());
    evolve(world_, event,
           {.tenant = tenant_, .sequence = sequence, .position = Position(lines_.size()), .time = now()});
    CHECK(false_standing_in(world_, tenant_, event) == "");
    if (const auto* e = std::get_if<payment::PaymentReceived>(&event)) {
      past_.push_back({tenant_, sequence, std::string(e->account.text), e->amount,
                       std::string(e->provider.text), std::string(e->external_id.text)});
    }
    if (const auto* e = std::get_if<payment::PaymentSuspended>(&event)) {
      past_.push_back({tenant_, sequence, std::string(e->account.text), e->amount,
                       std::string(e->provider.text), std::string(e->external_id.text), true});
    }
    if (const auto* e = std::get_if<charge::ChargePosted>(&event)) {
      past_.push_back(
          {tenant_, sequence, std::string(e->account.text), e->amount, std::string(e->service.text), {}});
    }
  }

  World world_;
  TenantId tenant_;
  std::string_view tenant_name_;
  Date effective_ = date("2026-11-20");
  Lines lines_;
  std::deque<Past> past_;
  std::deque<Decided<Decision>> outcomes_;  // whose events a test may still look at
};

Books::Books(std::string_view currency_code) : impl_(std::make_unique<Impl>()) {
  create_tenant("acme", currency_code);
}

Books::Books(Loaded, Books& other) : impl_(std::make_unique<Impl>()) {
  Impl& books = *impl_;
  Impl& theirs = *other.impl_;
  books.tenant_ = theirs.tenant_;
  books.tenant_name_ = theirs.tenant_name_;
  books.effective_ = theirs.effective_;
  books.lines_ = theirs.lines_;
  books.past_ = theirs.past_;
  const auto from = theirs.world_.tables(), to = books.world_.tables();
  for (size_t t = 0; t < to.size(); ++t) {
    to[t]->resize(from[t]->rows());
    for (uint32_t page = to[t]->pages(); page-- > 0;) {
      std::ranges::copy(from[t]->page(page), to[t]->page_for_loading(page).begin());
    }
  }
  books.world_.index_all();
}

Books::~Books() {
  if (std::uncaught_exceptions() > 0) return;
  World replayed;
  for (size_t i = 0; i < stored().size(); ++i) replay_line(replayed, stored()[i], i + 1);
  CHECK(table_bytes(replayed) == table_bytes(world()));
}

void Books::create_tenant(std::string_view name, std::string_view currency_code) {
  impl_->tenant_ = TenantId::none();
  impl_->tenant_name_ = name;
  given(tenant::CreateTenant{
      .currency = currency(currency_code), .zone = {"Europe/Moscow"}, .locale = {"ru-RU"}, .name = {}});
}

void Books::switch_to(std::string_view tenant) {
  impl_->tenant_ = world().find_tenant(tenant).value();
  impl_->tenant_name_ = tenant;
}

void Books::effective(Date date) { impl_->effective_ = date; }

Then Books::when(const CommandData& command) {
  auto& outcome = impl_->outcomes_.emplace_back(impl_->decide(command));
  if (outcome) {
    for (const Event& event : *outcome) impl_->apply(event);
    impl_->settle();
  }
  CHECK(contradiction_in(world()) == "");
  return Then(outcome);
}

void Books::must(const CommandData& command) {
  static_cast<void>(when(command));
  const auto& outcome = impl_->outcomes_.back();
  if (!outcome) FAIL("given a command that is refused: " << outcome.error().kind->code);
}

World& Books::world() { return impl_->world_; }
const Lines& Books::stored() const { return impl_->lines_; }
TenantId Books::tenant() const { return impl_->tenant_; }
uint64_t Books::sequence() const { return impl_->sequence(); }

const account::AccountRow& Books::account(std::string_view name) const {
  return impl_->world_.account(impl_->world_.find_account(tenant(), name).value());
}

const subscriber::SubscriberRow& Books::subscriber(std::string_view name) const {
  return impl_->world_.subscribers[impl_->world_.find_subscriber(tenant(), name).value()];
}

const account::ArrangementRow& Books::arrangement(std::string_view name) const {
  return impl_->world_.arrangement(account(name));
}

const access::PointRow& Books::point(std::string_view name) const {
  return impl_->world_.points[impl_->world_.find_point(tenant(), name).value().value()];
}

int64_t Books::ledger_minor(book::Kind kind, std::string_view name) const {
  const auto id = impl_->world_.find_ledger_account(tenant(), {kind, name});
  return id ? impl_->world_.ledger[id->value()].balance_minor : 0;
}

}  // namespace provodka::test
