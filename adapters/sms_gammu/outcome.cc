#include "adapters/sms_gammu/outcome.h"

#include <gammu.h>

namespace provodka::sms_gammu {

Sent outcome_of_status(int status) {
  const std::string words = fmt::format("CMS error {}", status);
  switch (status) {
    case 0:
      return {End::sent, {}};
    // The network refused the message, as the number or the service is none.
    case 1:
    case 8:
    case 10:
    case 21:
    case 27:
    case 28:
    case 29:
    case 30:
    case 50:
    case 69:
    case 81:
    case 95:
    case 96:
    case 97:
    case 98:
    case 99:
    case 111:
    // The stick refused it.
    case 301:
    case 302:
    case 303:
    case 304:
    case 305:
      return {End::failed, words};
    // It was not taken, for a reason that passes.
    case 38:
    case 41:
    case 42:
    case 47:
    case 310:
    case 311:
    case 312:
    case 313:
    case 314:
    case 315:
    case 316:
    case 317:
    case 318:
    case 320:
    case 321:
    case 322:
    case 330:
    case 331:
      return {End::not_now, words};
    // 332 is a time-out of the network, 500 says nothing, and above are the vendors' own.
    default:
      return {End::unknown, status < 0 ? std::string("an error without a number") : words};
  }
}

Sent outcome_of_error(int error, const char* words) {
  switch (error) {
    case ERR_NONE:
      return {End::sent, {}};
    case ERR_DEVICEOPENERROR:
    case ERR_DEVICELOCKED:
    case ERR_DEVICENOTEXIST:
    case ERR_DEVICEBUSY:
    case ERR_DEVICENOPERMISSION:
    case ERR_DEVICENODRIVER:
    case ERR_DEVICENOTWORK:
    case ERR_NOTCONNECTED:
    case ERR_SECURITYERROR:
    case ERR_NOSIM:
      return {End::not_now, words};
    case ERR_NOTSUPPORTED:
    case ERR_NOTIMPLEMENTED:
    case ERR_INVALIDDATA:
    case ERR_INVALIDLOCATION:
      return {End::failed, words};
    default:
      return {End::unknown, words};
  }
}

}  // namespace provodka::sms_gammu
