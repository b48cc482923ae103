#pragma once

#include "ledger/engine/engine.h"
#include "ledger/log/event_source.h"

#include <condition_variable>
#include <memory>
#include <mutex>

namespace provodka::engine {

// The lines of an engine of this process, which must outlive every call but not the object.
class EngineSource : public log::EventSource {
 public:
  explicit EngineSource(Engine&);

  Result<log::FramePtr> frame_at(Position from, std::chrono::milliseconds timeout) override;
  Position last() const override { return engine_.durable(); }
  void stop() override;
  std::string name() const override { return "the log"; }

 private:
  // What the engine's listener keeps, which cannot be taken away from it.
  struct News {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
  };
  Engine& engine_;
  std::shared_ptr<News> news_ = std::make_shared<News>();
};

}  // namespace provodka::engine
