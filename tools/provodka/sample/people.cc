#include "tools/provodka/sample/people.h"

#include "tools/provodka/sample/random.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace provodka::tools::sample {
namespace {

constexpr std::array<std::string_view, 16> kStreets{
    "ул. Ленина",   "ул. Садовая",   "ул. Речная",   "ул. Заводская", "ул. Молодёжная", "ул. Школьная",
    "ул. Гагарина", "ул. Мира",      "ул. Пушкина",  "ул. Лесная",    "пр. Победы",     "пр. Строителей",
    "пер. Озёрный", "наб. Северная", "бул. Цветной", "ул. Полевая",
};
constexpr std::array<std::string_view, 20> kSurnames{
    "Иванов",   "Смирнов", "Кузнецов", "Попов",   "Васильев", "Петров",   "Соколов",
    "Михайлов", "Новиков", "Фёдоров",  "Морозов", "Волков",   "Алексеев", "Лебедев",
    "Семёнов",  "Егоров",  "Павлов",   "Козлов",  "Степанов", "Орлов",
};
constexpr std::array<std::string_view, 12> kMen{"Александр", "Сергей", "Дмитрий", "Андрей",
                                                "Алексей",   "Максим", "Евгений", "Владимир",
                                                "Иван",      "Михаил", "Николай", "Павел"};
constexpr std::array<std::string_view, 12> kWomen{"Елена",    "Ольга", "Наталья",   "Анна",
                                                  "Татьяна",  "Ирина", "Екатерина", "Мария",
                                                  "Светлана", "Юлия",  "Галина",    "Вера"};
// Patronymics without their endings.
constexpr std::array<std::string_view, 10> kFathers{"Александр", "Сергее", "Иван",   "Николае", "Владимир",
                                                    "Виктор",    "Петр",   "Андрее", "Михайл",  "Алексее"};
constexpr std::array<std::string_view, 12> kCompanies{
    "Ромашка",      "Вектор",     "Северный ветер", "Мебель-Град", "Аптека № 7",  "Логистика",
    "Хлебный двор", "Автосервис", "Зенит",          "Стройдом",    "Книжный мир", "Дельта"};

}  // namespace

Person person_of(uint64_t seed, uint32_t number, bool company) {
  Random random(seed, (uint64_t{1} << 32) + number);
  Person person;
  person.street = random.pick(kStreets);
  person.house = fmt::format("{}, д. {}", person.street, random.between(1, 80));
  person.door = fmt::format("{}, {} {}", person.house, company ? "офис" : "кв.", random.between(1, 120));
  person.phone = fmt::format("+79{:09}", random.below(1'000'000'000));
  if (random.chance(350)) person.email = fmt::format("{}{}@example.com", company ? "office" : "user", number);
  if (company) {
    person.name = fmt::format("ООО «{}»", random.pick(kCompanies));
    return person;
  }
  const bool woman = random.chance(540);
  const std::string_view father = random.pick(kFathers);
  const bool soft = father.ends_with("е");
  const std::string_view ending = woman ? (soft ? "вна" : "овна") : (soft ? "вич" : "ович");
  person.name = fmt::format("{}{} {} {}{}", random.pick(kSurnames), woman ? "а" : "",
                            woman ? random.pick(kWomen) : random.pick(kMen), father, ending);
  return person;
}

}  // namespace provodka::tools::sample
