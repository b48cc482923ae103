#pragma once

#include "ledger/core/date.h"
#include "ledger/core/ids.h"
#include "ledger/domain/access/commands.h"
#include "ledger/domain/account/commands.h"
#include "ledger/domain/adjustment/commands.h"
#include "ledger/domain/billing/commands.h"
#include "ledger/domain/charge/commands.h"
#include "ledger/domain/device/commands.h"
#include "ledger/domain/notification/commands.h"
#include "ledger/domain/payment/commands.h"
#include "ledger/domain/period/commands.h"
#include "ledger/domain/plan/commands.h"
#include "ledger/domain/promise/commands.h"
#include "ledger/domain/subscriber/commands.h"
#include "ledger/domain/subscription/commands.h"
#include "ledger/domain/tariff/commands.h"
#include "ledger/domain/tenant/commands.h"
#include "ledger/domain/transfer/commands.h"
#include "ledger/domain/writeoff/commands.h"

#include <optional>
#include <variant>
#include <vector>

namespace provodka {

using CommandAlternatives = std::variant<
    tenant::CreateTenant, account::OpenAccount, account::SetCreditLimit, account::RelabelAccount,
    account::CloseAccount, payment::ReceivePayment, payment::ReversePayment, charge::PostCharge,
    charge::ReverseCharge, transfer::MakeTransfer, adjustment::MakeAdjustment, access::Block, access::Unblock,
    access::AddPoint, tenant::ConfigureTenant, tariff::DefineService, tariff::PublishTariff,
    tariff::CloseTariff, subscription::StartSubscription, subscription::SwitchSubscription,
    subscription::FreezeSubscription, subscription::UnfreezeSubscription, subscription::CancelSubscription,
    promise::GivePromise, billing::RunBilling, subscription::GrantDiscount, subscription::OverridePrice,
    subscription::MoveTariff, subscription::RecalculateOutage, plan::AddExtra, plan::RemoveExtra,
    plan::AgreeInstalment, period::ClosePeriod, period::ReopenPeriod, payment::MovePayment,
    payment::AssignPayment, writeoff::MakeWriteoff, subscriber::RegisterSubscriber,
    subscriber::ChangeSubscriber, subscriber::HoldSubscriber, subscriber::EraseSubscriber,
    access::ChangePoint, access::RemovePoint, access::ReportAccess, device::RegisterDevice,
    device::ChangeDevice, device::RetireDevice, notification::SaveTemplate, notification::ConfigureMessages,
    notification::SendMessage, notification::ReportMessage, notification::LinkTelegram>;

// The data of a command; see Event for why it is not the variant itself.
struct CommandData : CommandAlternatives {
  using CommandAlternatives::CommandAlternatives;
  CommandData() noexcept;
  CommandData(const CommandData&);
  CommandData(CommandData&&) noexcept;
  CommandData& operator=(const CommandData&);
  CommandData& operator=(CommandData&&) noexcept;
  ~CommandData();
};

// The account must be at this version, or the command is refused.
struct Expectation {
  Id account;
  Sequence version;
};

// A command as it was decoded. Its texts are views into the arena or body that it was read from.
struct Command {
  CommandId id;
  Id tenant;
  Actor actor;
  CommandData data;
  std::optional<Date> effective;
  std::vector<Expectation> expect;
  std::optional<Instant> time;  // steps a settable clock forward
};

}  // namespace provodka
