CREATE TABLE tenant (
  tenant    text COLLATE "C" PRIMARY KEY,
  zone      text,
  currency  text,
  threshold numeric
);

CREATE TABLE account (
  tenant    text COLLATE "C" NOT NULL,
  account   text COLLATE "C" NOT NULL,
  available numeric,
  PRIMARY KEY (tenant, account)
) WITH (fillfactor = 70);

CREATE TABLE tariff (
  tenant   text COLLATE "C" NOT NULL,
  tariff   text COLLATE "C" NOT NULL,
  mode     text,
  shortage text,
  closed   date,
  PRIMARY KEY (tenant, tariff)
);

CREATE TABLE subscription (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  account      text COLLATE "C",
  service      text,
  tariff       text COLLATE "C",
  state        text,     -- pending, running, off, ended
  price        numeric,  -- of the period as it was charged last
  period_days  integer,
  charged_days integer,  -- of the last charge: one, where it is charged day by day
  next_charge  date,
  moved_days   integer,
  ends         date,
  PRIMARY KEY (tenant, subscription)
) WITH (fillfactor = 70);
CREATE INDEX ON subscription (tenant, account);
