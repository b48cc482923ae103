#pragma once

#include "adapters/device_agent/command_sink.h"
#include "ledger/codec/command_codec.h"
#include "ledger/engine/engine.h"

#include <string>
#include <vector>

namespace provodka::tools {

// Commands for an engine of this process, which has to outlive the answers. One thread at a time.
class EngineSink : public device_agent::CommandSink {
 public:
  EngineSink(engine::Engine& engine, std::string actor) : engine_(engine), actor_(std::move(actor)) {}
  void post(std::vector<std::string> commands, Done done) override;

 private:
  engine::Engine& engine_;
  const std::string actor_;
  codec::CommandDecoder decoder_;
};

}  // namespace provodka::tools
