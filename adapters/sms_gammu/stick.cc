#include "adapters/sms_gammu/stick.h"

#include "adapters/sms_hilink/sms_text.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include <gammu.h>

namespace provodka::sms_gammu {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kNoStatus = INT_MIN;
constexpr int kFirst = 1;  // places and folders count from 1

// UTF-8 as libgammu has texts: UCS-2, the high byte first, and a zero at the end.
std::vector<unsigned char> wide(std::string_view text) {
  std::vector<unsigned char> out((text.size() + 1) * 4, 0);
  DecodeUTF8(out.data(), text.data(), text.size());
  return out;
}

template <size_t Bytes>
void set(unsigned char (&field)[Bytes], std::string_view text) {
  const auto from = wide(text.substr(0, Bytes / 2 - 1));
  CopyUnicodeString(field, from.data());
}

bool is_same(const unsigned char* field, std::string_view text) {
  const auto other = wide(text);
  return UnicodeLength(field) == UnicodeLength(other.data()) &&
         std::memcmp(field, other.data(), UnicodeLength(field) * 2) == 0;
}

}  // namespace

struct Stick::Machine {
  GSM_StateMachine* gsm = GSM_AllocStateMachine();
  GSM_MultiSMSMessage message{};
  GSM_SMSC centre{};
  int outbox = 0;  // its folder; 0: there is none
  int status = kNoStatus;

  Machine() = default;
  Machine(const Machine&) = delete;
  ~Machine() {
    if (gsm != nullptr) GSM_FreeStateMachine(gsm);
  }

  // Calls for each message of the outbox, until it says that it has seen enough.
  template <class Each>
  GSM_Error each_kept(Each&& each) {
    GSM_MultiSMSMessage kept{};
    gboolean start = TRUE;
    for (;;) {
      kept.SMS[0].Folder = 0;  // all of them
      const GSM_Error error = GSM_GetNextSMS(gsm, &kept, start);
      if (error == ERR_EMPTY) return ERR_NONE;
      if (error != ERR_NONE) return error;
      start = FALSE;
      for (int i = 0; i < kept.Number; ++i)
        if (kept.SMS[i].Folder == outbox && !each(kept.SMS[i])) return ERR_NONE;
    }
  }
};

Stick::Stick(StickOptions options) : options_(std::move(options)), machine_(std::make_unique<Machine>()) {}

Result<std::unique_ptr<Stick>> Stick::open(StickOptions options) {
  auto stick = std::unique_ptr<Stick>(new Stick(std::move(options)));
  const std::string& file = stick->options_.config_file;
  if (stick->machine_->gsm == nullptr) return fault("there is no memory for libgammu");
  INI_Section* section = nullptr;
  GSM_Error error = GSM_FindGammuRC(&section, file.c_str());
  if (error == ERR_NONE) {
    error = GSM_ReadConfig(section, GSM_GetConfig(stick->machine_->gsm, 0), 0);
    INI_Free(section);
  }
  if (error != ERR_NONE) return refusal("{} is no configuration of gammu: {}", file, GSM_ErrorString(error));
  GSM_SetConfigNum(stick->machine_->gsm, 1);
  return stick;
}

Stick::~Stick() { disconnect(); }

void Stick::disconnect() {
  if (GSM_IsConnected(machine_->gsm)) GSM_TerminateConnection(machine_->gsm);
}

Result<void> Stick::ready() {
  Machine& machine = *machine_;
  const auto failed = [&](const char* what, GSM_Error error) -> Result<void> {
    disconnect();
    return fault("{}: {}: {}", place(), what, GSM_ErrorString(error));
  };
  if (!GSM_IsConnected(machine.gsm)) {
    if (const GSM_Error error = GSM_InitConnection(machine.gsm, kFirst); error != ERR_NONE)
      return failed("it does not answer", error);
    GSM_SetSendSMSStatusCallback(
        machine.gsm, [](GSM_StateMachine*, int status, int, void* of) { *static_cast<int*>(of) = status; },
        &machine.status);
    GSM_SMSFolders folders{};
    machine.outbox = 0;
    if (GSM_GetSMSFolders(machine.gsm, &folders) == ERR_NONE) {
      for (int i = 0; i < folders.Number && machine.outbox == 0; ++i)
        if (folders.Folder[i].OutboxFolder) machine.outbox = i + kFirst;
    }
  }
  GSM_NetworkInfo network{};
  if (const GSM_Error error = GSM_GetNetworkInfo(machine.gsm, &network); error != ERR_NONE)
    return failed("it does not say whether it is in the network", error);
  if (network.State != GSM_HomeNetwork && network.State != GSM_RoamingNetwork)
    return fault("{}: not in the network", place());
  machine.centre.Location = kFirst;
  if (const GSM_Error error = GSM_GetSMSC(machine.gsm, &machine.centre); error != ERR_NONE)
    return failed("it does not say who its message centre is", error);
  return {};
}

Result<uint64_t> Stick::mark() {
  if (machine_->outbox == 0) return 0;
  uint64_t highest = 0;
  std::vector<GSM_SMSMessage> kept;
  const GSM_Error error = machine_->each_kept([&](const GSM_SMSMessage& one) {
    kept.push_back(one);
    highest = std::max(highest, static_cast<uint64_t>(std::max(0, one.Location)));
    return true;
  });
  if (error != ERR_NONE) return fault("{}: its outbox cannot be read: {}", place(), GSM_ErrorString(error));
  if (kept.size() <= options_.outbox_keep) return highest;
  // All at once, so that places above a mark are not taken again while it holds.
  for (GSM_SMSMessage& one : kept) {
    one.Folder = 0;
    if (const GSM_Error removed = GSM_DeleteSMS(machine_->gsm, &one); removed != ERR_NONE)
      return fault("{}: its outbox cannot be emptied: {}", place(), GSM_ErrorString(removed));
  }
  return 0;
}

Sent Stick::send(const std::string& phone, std::string_view text) {
  Machine& machine = *machine_;
  const auto size = sms_hilink::sms_size(text);
  if (!size) return {End::refused, "the text is not UTF-8"};
  if (text.empty()) return {End::refused, "the text is empty"};
  if (size->parts > options_.parts_max)
    return {End::refused, fmt::format("the text has {} parts, more than {}", size->parts, options_.parts_max),
            size->parts};
  if (!GSM_IsConnected(machine.gsm)) return {End::not_now, "it is not connected"};
  std::vector<unsigned char> content = wide(text);
  GSM_MultiPartSMSInfo info;
  GSM_ClearMultiPartSMSInfo(&info);
  info.EntriesNum = 1;
  info.Class = -1;
  info.UnicodeCoding = size->alphabet == sms_hilink::Alphabet::ucs2;
  info.Entries[0].ID = SMS_ConcatenatedTextLong;
  info.Entries[0].Buffer = content.data();
  machine.message = {};
  const GSM_Error error = GSM_EncodeMultiPartSMS(GSM_GetDebug(machine.gsm), &info, &machine.message);
  if (error != ERR_NONE) return {End::refused, GSM_ErrorString(error), size->parts};
  const size_t parts = static_cast<size_t>(machine.message.Number);
  for (size_t part = 0; part < parts; ++part) {
    GSM_SMSMessage& one = machine.message.SMS[part];
    set(one.Number, phone);
    CopyUnicodeString(one.SMSC.Number, machine.centre.Number);
    one.PDU = SMS_Submit;
    Sent sent = send_part(part);
    sent.parts = static_cast<uint32_t>(parts);
    if (sent.end == End::sent) continue;
    // Some of it is out, so that none of it may be sent by this stick again.
    if (part > 0) sent.detail = fmt::format("part {} of {}: {}", part + 1, parts, sent.detail);
    if (part > 0 && sent.end == End::not_now) sent.end = End::failed;
    return sent;
  }
  keep(parts);
  return {End::sent, {}, static_cast<uint32_t>(parts)};
}

Sent Stick::send_part(size_t part) {
  Machine& machine = *machine_;
  machine.status = kNoStatus;
  const GSM_Error error = GSM_SendSMS(machine.gsm, &machine.message.SMS[part]);
  if (error != ERR_NONE) {
    Sent sent = outcome_of_error(error, GSM_ErrorString(error));
    if (sent.end != End::failed) disconnect();
    return sent;
  }
  const auto deadline = Clock::now() + options_.settle_after;
  while (machine.status == kNoStatus && !stopped_ && Clock::now() < deadline)
    GSM_ReadDevice(machine.gsm, TRUE);
  if (machine.status == kNoStatus) return {End::unknown, fmt::format("{}: no word of the network", place())};
  return outcome_of_status(machine.status);
}

void Stick::keep(size_t parts) {
  if (machine_->outbox == 0) return;
  for (size_t part = 0; part < parts; ++part) {
    GSM_SMSMessage& one = machine_->message.SMS[part];
    one.Folder = machine_->outbox;
    one.State = SMS_Sent;
    // Without room for it the message is sent all the same; only nothing tells of it later.
    if (GSM_AddSMS(machine_->gsm, &one) != ERR_NONE) return;
  }
}

Sent Stick::settle(const std::string& phone, uint64_t before) {
  if (const auto there = ready(); !there) return {End::unknown, there.error().what};
  uint32_t found = 0, wanted = 1;
  if (machine_->outbox != 0) {
    machine_->each_kept([&](const GSM_SMSMessage& one) {
      if (one.Location < 0 || static_cast<uint64_t>(one.Location) <= before) return true;
      if (one.State != SMS_Sent || !is_same(one.Number, phone)) return true;
      ++found;
      wanted = std::max(wanted, static_cast<uint32_t>(std::max(1, one.UDH.AllParts)));
      return true;
    });
  }
  if (found >= wanted) return {End::sent, "as its outbox has it", found};
  return {End::unknown, fmt::format("{}: it does not say how the message ended", place())};
}

void Stick::stop() {
  stopped_ = true;
  GSM_AbortOperation(machine_->gsm);
}

}  // namespace provodka::sms_gammu
