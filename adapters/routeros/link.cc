#include "adapters/routeros/link.h"

#include "adapters/routeros/login.h"

#include <algorithm>
#include <charconv>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

namespace provodka::routeros {
namespace {

constexpr size_t kReadBytes = 64 << 10;

}  // namespace

Link::Link(asio::io_context& context, std::shared_ptr<const RouterOptions> options)
    : options_(std::move(options)),
      place_(options_->endpoint.place()),
      stream_(context, options_->endpoint),
      watch_timer_(context.get_executor()),
      decoder_([this] {
        SentenceLimits limits = options_->sentences;
        limits.first = '!';
        return limits;
      }()) {}

std::string Link::clean(std::string_view text) const { return printable(options_->password.blot(text)); }

Task<Result<void>> Link::open() {
  const auto self = shared_from_this();
  const auto deadline = Clock::now() + options_->connect_timeout;
  Result<void> opened = co_await stream_.open(deadline);
  if (opened && state_ == State::opening) {
    bool late = false;
    const Deadline guard(stream_.executor(), deadline, [this, &late] {
      late = true;
      stream_.close();
    });
    opened = co_await log_in();
    if (late) opened = fault("{}: no answer to the login in the time it has", place_);
  }
  if (opened && state_ == State::closed) opened = fault("{}", why_closed_);
  if (!opened) {
    fail(opened.error().what);
    co_return opened;
  }
  state_ = State::open;
  heard_ = Clock::now();
  asio::co_spawn(stream_.executor(), read(self), asio::detached);
  asio::co_spawn(stream_.executor(), watch(self), asio::detached);
  co_return opened;
}

Task<Result<void>> Link::log_in() {
  std::vector<std::string> first = login_words(options_->login, options_->password);
  Result<std::string> challenge = co_await login_step(std::move(first));
  if (challenge && !challenge->empty()) {
    auto words = challenge_words(options_->login, options_->password, *challenge);
    if (!words) co_return fault("{}: {}", place_, words.error().what);
    challenge = co_await login_step(std::move(*words));
  }
  if (!challenge) co_return std::unexpected(challenge.error());
  co_return Result<void>();
}

Task<Result<std::string>> Link::login_step(std::vector<std::string> words) {
  std::string sent;
  append_sentence(sent, words);
  error_code ec;
  co_await stream_.write(asio::buffer(sent), ec);
  std::string refused;
  std::vector<std::string_view> received;
  std::string bytes(kReadBytes, '\0');
  while (!ec) {
    const Result<bool> whole = decoder_.next(received);
    if (!whole) co_return fault("{}: at the login: {}", place_, whole.error().what);
    if (*whole) {
      const Result<Reply> reply = parse_reply(received);
      if (!reply) co_return fault("{}: at the login: {}", place_, clean(reply.error().what));
      if (reply->kind == ReplyKind::trap) refused = clean(reply->find("message"));
      if (reply->kind == ReplyKind::trap && refused.empty()) refused = "no reason given";
      if (reply->kind == ReplyKind::fatal)
        co_return refusal("{}: the login was refused: {}", place_, clean(reply->text));
      if (reply->kind == ReplyKind::done) {
        if (!refused.empty()) co_return refusal("{}: the login was refused: {}", place_, refused);
        co_return std::string(reply->find("ret"));
      }
      continue;
    }
    const size_t read = co_await stream_.read_some(asio::buffer(bytes), ec);
    if (!ec) decoder_.feed(std::string_view(bytes).substr(0, read));
  }
  co_return fault("{}: at the login: {}", place_, reason_of(ec));
}

Task<Answers> Link::execute(std::vector<Operation> operations) {
  const auto self = shared_from_this();
  const size_t count = operations.size();
  if (!is_open()) {
    Answers closed(count, fault("{}", why_closed_.empty() ? place_ + ": not connected yet" : why_closed_));
    co_return closed;
  }
  if (count > options_->queue_max - std::min(options_->queue_max, queue_.size())) {
    Answers full(
        count, refusal("{}: {} operations wait already, {} more are too many", place_, queue_.size(), count));
    co_return full;
  }
  const auto batch = std::make_shared<Batch>(Batch{std::move(operations), Answers(count), count,
                                                   Timer(stream_.executor(), Clock::time_point::max())});
  for (size_t i = 0; i < count; ++i) queue_.push_back({batch, i});
  pump();
  while (batch->left > 0) {
    error_code ignored;
    co_await batch->done.async_wait(asio::redirect_error(use_task, ignored));
  }
  co_return std::move(batch->answers);
}

void Link::encode(const Operation& operation, uint64_t tag) {
  const auto word = [this](std::string_view a, std::string_view b, std::string_view c = {},
                           std::string_view d = {}) {
    append_length(out_, static_cast<uint32_t>(a.size() + b.size() + c.size() + d.size()));
    out_.append(a).append(b).append(c).append(d);
  };
  append_word(out_, operation.name());
  for (const std::string& query : operation.query) word("?", query);
  if (!operation.id.empty()) word("=.id=", operation.id);
  for (const Attribute& attribute : operation.attributes) word("=", attribute.key, "=", attribute.value);
  if (!operation.properties.empty())
    word("=.proplist=", fmt::format("{}", fmt::join(operation.properties, ",")));
  word(".tag=", fmt::format("{}", tag));
  end_sentence(out_);
}

void Link::pump() {
  if (!is_open()) return;
  const auto now = Clock::now();
  if (flights_.empty()) heard_ = now;
  bool sooner = false;
  while (!queue_.empty() && flights_.size() < options_->in_flight_max) {
    const Queued next = std::move(queue_.front());
    queue_.pop_front();
    const Operation& operation = next.batch->operations[next.index];
    const auto timeout = operation.timeout.value_or(
        operation.verb == Verb::print ? options_->print_timeout : options_->command_timeout);
    const uint64_t tag = next_tag_++;
    encode(operation, tag);
    flights_.emplace(tag, Flight{next.batch, next.index, now + timeout, {}});
    sooner |= now + timeout < watch_timer_.expiry();
  }
  if (!flights_.empty() && heard_ + options_->silence_timeout < watch_timer_.expiry()) sooner = true;
  if (sooner) watch_timer_.cancel();
  if (!out_.empty() && !writing_) {
    writing_ = true;
    asio::co_spawn(stream_.executor(), write(shared_from_this()), asio::detached);
  }
}

Task<> Link::write(std::shared_ptr<Link> self) {
  error_code ec;
  while (!ec && !self->out_.empty() && self->is_open()) {
    self->sending_.clear();
    std::swap(self->out_, self->sending_);
    co_await self->stream_.write(asio::buffer(self->sending_), ec);
  }
  self->writing_ = false;
  if (ec) self->fail(reason_of(ec));
}

Task<> Link::read(std::shared_ptr<Link> self) {
  std::string bytes(kReadBytes, '\0');
  std::vector<std::string_view> words;
  while (self->is_open()) {
    for (;;) {
      const Result<bool> whole = self->decoder_.next(words);
      if (whole && !*whole) break;
      const Result<void> taken = whole ? self->take(words) : std::unexpected(whole.error());
      if (!taken) {
        self->fail(
            whole ? fmt::format("the sentence before byte {}: {}", self->decoder_.place(), taken.error().what)
                  : taken.error().what);
        co_return;
      }
    }
    self->pump();
    error_code ec;
    const size_t read = co_await self->stream_.read_some(asio::buffer(bytes), ec);
    if (ec) {
      self->fail(reason_of(ec));
      co_return;
    }
    self->heard_ = Clock::now();
    self->decoder_.feed(std::string_view(bytes).substr(0, read));
  }
}

Task<> Link::watch(std::shared_ptr<Link> self) {
  while (self->is_open()) {
    const auto now = Clock::now();
    auto next = Clock::time_point::max();
    std::string late;
    for (const auto& [tag, flight] : self->flights_) {
      const Operation& operation = flight.batch->operations[flight.index];
      if (now >= flight.deadline) late = fmt::format("no answer to {} in the time it has", operation.name());
      const auto silent = self->heard_ + self->options_->silence_timeout;
      if (now >= silent && late.empty())
        late = fmt::format("nothing came for {} ms, while {} waits", self->options_->silence_timeout.count(),
                           operation.name());
      next = std::min({next, flight.deadline, silent});
    }
    if (!late.empty()) {
      self->fail(late);
      co_return;
    }
    self->watch_timer_.expires_at(next);
    error_code ignored;
    co_await self->watch_timer_.async_wait(asio::redirect_error(use_task, ignored));
  }
}

Result<void> Link::take(const std::vector<std::string_view>& words) {
  const Result<Reply> reply = parse_reply(words);
  if (!reply) return std::unexpected(reply.error());
  if (reply->kind == ReplyKind::fatal) return fault("the router ended the connection: {}", reply->text);
  if (reply->kind == ReplyKind::unknown) return {};
  uint64_t tag = 0;
  const char* end = reply->tag.data() + reply->tag.size();
  const auto [read_to, failed] = std::from_chars(reply->tag.data(), end, tag);
  if (failed != std::errc() || read_to != end || tag == 0 || tag >= next_tag_) {
    if (reply->kind == ReplyKind::trap && reply->tag.empty())
      return fault("the router refused something unnamed: {}", reply->find("message"));
    return fault("{} with the tag \"{}\", which was not given", words.front(), reply->tag);
  }
  const auto found = flights_.find(tag);
  if (found == flights_.end()) return {};  // the `!done` after an `!empty` that has ended the command already
  Result<void> collected = collect(found->second, *reply);
  if (collected && (reply->kind == ReplyKind::done || reply->kind == ReplyKind::empty)) {
    Flight flight = std::move(found->second);
    flights_.erase(found);
    settle(*flight.batch, flight.index, std::move(flight.answer));
  }
  return collected;
}

Result<void> Link::collect(Flight& flight, const Reply& reply) {
  Answer& answer = flight.answer;
  if (reply.kind == ReplyKind::done) answer.id = reply.find("ret");
  if (reply.kind == ReplyKind::trap && answer.refusal == Refusal::none) {
    const std::string_view message = reply.find("message");
    answer.refusal = refusal_of(reply.find("category"), message);
    answer.message = message.empty() ? "no reason given" : clean(message);
  }
  if (reply.kind != ReplyKind::re) return {};
  Item item;
  for (const auto& [key, value] : reply.attributes) {
    item.add(key, value);
    flight.bytes += key.size() + value.size();
  }
  answer.items.push_back(std::move(item));
  if (answer.items.size() <= options_->items_max && flight.bytes <= options_->answer_bytes_max) return {};
  return fault("the answer to {} has more than the {} entries or {} bytes allowed",
               flight.batch->operations[flight.index].name(), options_->items_max,
               options_->answer_bytes_max);
}

void Link::settle(Batch& batch, size_t index, Result<Answer> answer) {
  batch.answers[index] = std::move(answer);
  if (--batch.left == 0) batch.done.cancel();
}

void Link::fail(std::string_view why) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  why_closed_ = why.starts_with(place_) ? std::string(why) : fmt::format("{}: {}", place_, clean(why));
  stream_.close();
  watch_timer_.cancel();
  for (auto& [tag, flight] : flights_) settle(*flight.batch, flight.index, fault("{}", why_closed_));
  for (const Queued& queued : queue_)
    settle(*queued.batch, queued.index, fault("{}, before this was sent", why_closed_));
  flights_.clear();
  queue_.clear();
}

}  // namespace provodka::routeros
