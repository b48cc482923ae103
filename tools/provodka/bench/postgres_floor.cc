#include "tools/provodka/bench/postgres_floor.h"

#include "tools/provodka/bench/bench.h"
#include "tools/provodka/bench/private_postgres.h"

#include <fmt/format.h>

namespace provodka::tools {

Result<double> seconds_of_sql_run(uint64_t subscriptions) {
  const auto postgres = PrivatePostgres::start();
  if (!postgres) return std::unexpected(postgres.error());
  const bool made = (*postgres)->sql(fmt::format(
      R"(CREATE TABLE account (id int PRIMARY KEY, balance bigint NOT NULL);
CREATE TABLE subscription (id int PRIMARY KEY, account int NOT NULL, price bigint NOT NULL, charged_through date NOT NULL);
CREATE TABLE charge (id bigserial PRIMARY KEY, subscription int NOT NULL, account int NOT NULL, first date NOT NULL,
                     amount bigint NOT NULL, vat bigint NOT NULL, recorded timestamptz NOT NULL DEFAULT now());
CREATE UNIQUE INDEX ON charge (subscription, first);
INSERT INTO account SELECT i, 1000000 FROM generate_series(1, {0}) i;
INSERT INTO subscription SELECT i, i, 60000, '2026-06-30' FROM generate_series(1, {0}) i;
ANALYZE; CHECKPOINT;
)",
      subscriptions));
  if (!made) return fault("the tables cannot be made");
  const auto start = BenchClock::now();
  const bool ran = (*postgres)->sql(R"(BEGIN;
INSERT INTO charge (subscription, account, first, amount, vat)
  SELECT id, account, '2026-07-01', price, round(price * 22 / 122.0) FROM subscription WHERE charged_through < '2026-07-01';
UPDATE account SET balance = balance - c.amount FROM charge c WHERE c.account = account.id AND c.first = '2026-07-01';
UPDATE subscription SET charged_through = '2026-07-31' WHERE charged_through < '2026-07-01';
COMMIT;
)");
  const double seconds = seconds_since(start);
  if (!ran) return fault("the transaction failed");
  return seconds;
}

}  // namespace provodka::tools
