CREATE TABLE movement (
  tenant       text COLLATE "C" NOT NULL,
  day          date NOT NULL,
  service      text COLLATE "C" NOT NULL,
  tariff       text COLLATE "C" NOT NULL,  -- empty: not the price of a tariff
  currency     text,
  charges      bigint NOT NULL,
  charged_net  numeric NOT NULL,
  charged_vat  numeric NOT NULL,
  credits      bigint NOT NULL,
  credited_net numeric NOT NULL,
  credited_vat numeric NOT NULL,
  recognised   numeric NOT NULL,
  deferred     numeric NOT NULL,
  PRIMARY KEY (tenant, day, service, tariff)
) WITH (fillfactor = 70);

-- From which segment on a subscription was charged on which tariff.
CREATE TABLE tenure (
  position     bigint PRIMARY KEY,
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  segment      bigint NOT NULL,
  tariff       text COLLATE "C" NOT NULL
);
