#pragma once

#include "ledger/core/date.h"

#include <array>
#include <cstdint>
#include <string_view>

// What OK-Telecom sells. Money is in kopecks.
namespace provodka::tools::sample {

enum class Service : uint8_t { internet, static_ip, tv };

struct ServiceTerms {
  std::string_view id, ru, en, required;
};
// In the order of their ranks.
inline constexpr std::array<ServiceTerms, 5> kServices{{
    {"internet", "Интернет", "Internet", ""},
    {"static-ip", "Постоянный адрес", "Static address", "internet"},
    {"tv", "Телевидение", "Television", ""},
    {"antivirus", "Антивирус", "Antivirus", ""},
    {"router", "Роутер", "Router", ""},
}};

// Tariffs that a subscriber may switch between.
enum class Family : uint8_t { monthly, anchored, quarterly, yearly, spread, trust, flexible, office, guest };

struct FamilyTerms {
  std::string_view mode, period, anchor, shortage;
  int months;        // of a period
  int per_mille;     // of the subscribers
  int first, count;  // of kTariffs
};
inline constexpr std::array<FamilyTerms, 9> kFamilies{{
    {"advance", "month", "calendar", "refuse", 1, 500, 0, 7},
    {"advance", "month", "start", "refuse", 1, 200, 7, 4},
    {"advance", "quarter", "start", "refuse", 3, 12, 11, 2},
    {"advance", "year", "start", "refuse", 12, 8, 13, 2},
    {"spread", "month", "calendar", "refuse", 1, 100, 15, 4},
    {"advance", "month", "calendar", "debt", 1, 80, 19, 3},
    {"advance", "month", "calendar", "shorten", 1, 50, 22, 3},
    {"arrears", "month", "calendar", "debt", 1, 50, 25, 3},
    {"hourly", "hour", "start", "refuse", 1, 2, 28, 1},
}};
inline constexpr int kDueDays = 20;  // of companies that pay in arrears

struct Tariff {
  std::string_view id;
  int64_t price;
  int down, up;        // Mbit/s
  int64_t raised = 0;  // the price of its second version; 0: there is none
};
inline constexpr std::array<Tariff, 29> kTariffs{{
    {"home-30", 300'00, 30, 30, 350'00},
    {"home-50", 400'00, 50, 50, 450'00},
    {"home-100", 550'00, 100, 100},
    {"home-200", 700'00, 200, 200},
    {"home-300", 900'00, 300, 300},
    {"home-500", 1200'00, 500, 500},
    {"home-1000", 2000'00, 1000, 1000},
    {"city-60", 350'00, 60, 60},
    {"city-100", 500'00, 100, 100},
    {"city-300", 850'00, 300, 300},
    {"city-600", 1500'00, 600, 600},
    {"quarter-100", 1500'00, 100, 100},
    {"quarter-300", 2400'00, 300, 300},
    {"year-100", 5400'00, 100, 100},
    {"year-300", 8900'00, 300, 300},
    {"daily-50", 450'00, 50, 50},
    {"daily-100", 599'00, 100, 100, 649'00},
    {"daily-300", 899'00, 300, 300},
    {"daily-500", 1250'00, 500, 500},
    {"trust-100", 650'00, 100, 100},
    {"trust-300", 950'00, 300, 300},
    {"trust-500", 1400'00, 500, 500},
    {"flexible-50", 420'00, 50, 50},
    {"flexible-100", 600'00, 100, 100},
    {"flexible-300", 950'00, 300, 300},
    {"office-50", 1200'00, 50, 50},
    {"office-100", 1600'00, 100, 100},
    {"office-300", 2000'00, 300, 300},
    {"guest", 5'00, 50, 50},
}};
// Beside the internet, for everybody: calendar months, refused when the money does not suffice.
inline constexpr Tariff kTv{"tv", 199'00, 0, 0};
inline constexpr Tariff kStaticIp{"static-ip", 150'00, 0, 0};
inline constexpr Tariff kOfficeStaticIp{"office-static-ip", 150'00, 0, 0};  // as companies pay

inline constexpr int64_t kConnection = 500'00;
inline constexpr int64_t kVisit = 400'00;
inline constexpr int64_t kAntivirus = 99'00;
inline constexpr int64_t kRouter = 3'600'00;
inline constexpr int kRouterParts = 6;

inline constexpr int64_t kPromiseMax = 2'500'00;
inline constexpr int kPromiseDaysMax = 5;
inline constexpr int kPromiseIntervalDays = 30;

inline constexpr std::array<std::string_view, 5> kProviders{"sbp", "sberbank", "card", "terminal", "cash"};
inline constexpr std::string_view kBank = "bank";  // of companies

constexpr bool is_of_company(int tariff) {
  const FamilyTerms& terms = kFamilies[static_cast<size_t>(Family::office)];
  return tariff >= terms.first && tariff < terms.first + terms.count;
}

constexpr const FamilyTerms& terms_of(Family family) { return kFamilies[static_cast<size_t>(family)]; }

}  // namespace provodka::tools::sample
