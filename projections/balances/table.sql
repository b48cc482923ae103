CREATE TABLE tenant (
  tenant    text COLLATE "C" PRIMARY KEY,
  name      text,
  currency  text,
  zone      text,
  threshold numeric
);

CREATE TABLE service (
  tenant  text COLLATE "C" NOT NULL,
  service text COLLATE "C" NOT NULL,
  rank    integer,
  PRIMARY KEY (tenant, service)
);

CREATE TABLE tariff (
  tenant text COLLATE "C" NOT NULL,
  tariff text COLLATE "C" NOT NULL,
  mode   text,
  period text,
  PRIMARY KEY (tenant, tariff)
);

CREATE TABLE account (
  tenant       text COLLATE "C" NOT NULL,
  account      text COLLATE "C" NOT NULL,
  subscriber   text,
  label        text,
  currency     text,
  balance      numeric,
  credit_limit numeric,
  available    numeric,
  access       text,
  status       text,
  opened       timestamptz,
  closed       timestamptz,
  version      bigint,
  PRIMARY KEY (tenant, account)
) WITH (fillfactor = 70);

CREATE TABLE point (
  tenant  text COLLATE "C" NOT NULL,
  point   text COLLATE "C" NOT NULL,
  account text COLLATE "C",
  reasons text[],
  PRIMARY KEY (tenant, point)
) WITH (fillfactor = 80);
CREATE INDEX ON point (tenant, account);

CREATE TABLE subscription (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  account      text COLLATE "C",
  service      text COLLATE "C",
  tariff       text COLLATE "C",
  version      integer,
  state        text,     -- pending, trial, active, off, ended
  why          text,
  price        numeric,  -- of the whole period, or of an hour
  period_from  date,
  period_to    date,
  paid_from    date,     -- what was charged last: one day of a period that is charged day by day
  paid_to      date,
  next_charge  date,
  moved_days   integer,  -- by which freezes have put off all of these days since
  hour         timestamptz,  -- by the hour: up to then it was charged
  ends         date,
  PRIMARY KEY (tenant, subscription)
) WITH (fillfactor = 70);
CREATE INDEX ON subscription (tenant, account);

-- What happened on an account, by business date. Balances of the past are sums of it.
CREATE TABLE day (
  tenant   text COLLATE "C" NOT NULL,
  account  text COLLATE "C" NOT NULL,
  day      date NOT NULL,
  currency text,
  amount   numeric NOT NULL,
  entries  integer NOT NULL,
  PRIMARY KEY (tenant, account, day)
) WITH (fillfactor = 90);
