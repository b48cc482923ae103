#include "ledger/domain/command.h"

namespace provodka {

CommandData::CommandData() noexcept = default;
CommandData::CommandData(const CommandData&) = default;
CommandData::CommandData(CommandData&&) noexcept = default;
CommandData& CommandData::operator=(const CommandData&) = default;
CommandData& CommandData::operator=(CommandData&&) noexcept = default;
CommandData::~CommandData() = default;

}  // namespace provodka
