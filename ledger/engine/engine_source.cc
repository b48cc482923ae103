#include "ledger/engine/engine_source.h"

namespace provodka::engine {

EngineSource::EngineSource(Engine& engine) : engine_(engine) {
  engine_.on_durable([news = news_](Position) {
    std::lock_guard lock(news->mutex);
    news->changed.notify_all();
  });
}

Result<log::FramePtr> EngineSource::frame_at(Position from, std::chrono::milliseconds timeout) {
  {
    std::unique_lock lock(news_->mutex);
    const bool there =
        news_->changed.wait_for(lock, timeout, [&] { return news_->stopped || engine_.durable() >= from; });
    if (!there || news_->stopped) return log::FramePtr();
  }
  return engine_.frame_at(from);
}

void EngineSource::stop() {
  std::lock_guard lock(news_->mutex);
  news_->stopped = true;
  news_->changed.notify_all();
}

}  // namespace provodka::engine
