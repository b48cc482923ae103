#include "projections/runner/status.h"

#include "projections/runner/postgres.h"

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

namespace provodka::projections {

Result<std::vector<Status>> read_status(const std::string& postgres) {
  try {
    const auto connection = connect(postgres, "provodka status");
    pqxx::work transaction(*connection);
    std::vector<Status> statuses;
    for (const auto& row :
         transaction.exec("SELECT projection, state, position, log_position, lag_events, lag_seconds, "
                          "to_char(as_of, 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'), rebuild_position, error "
                          "FROM provodka.projection_status ORDER BY projection")) {
      statuses.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(), row[4].c_str(),
                          row[5].c_str(), row[6].c_str(), row[7].c_str(), row[8].c_str()});
    }
    return statuses;
  } catch (const pqxx::undefined_table&) {
    return refusal("nothing was projected to this database yet: provodka project --data DIR --postgres URL");
  } catch (const std::exception& exception) {
    return std::unexpected(Fault{trouble_of(exception).what});
  }
}

}  // namespace provodka::projections
