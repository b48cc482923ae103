CREATE TABLE tenant (
  tenant   text COLLATE "C" PRIMARY KEY,
  zone     text,
  currency text,
  decimals integer,
  since    date
);

-- What an hour of the tenant's day changed. Hours count from the beginning of the day, so that none lies in
-- two days, whatever minutes the zone is off UTC.
CREATE TABLE hour (
  tenant    text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  hour      timestamptz NOT NULL,
  active    bigint NOT NULL,
  off       bigint NOT NULL,
  frozen    bigint NOT NULL,
  new       bigint NOT NULL,
  blocked   bigint NOT NULL,
  returned  bigint NOT NULL,
  churned   bigint NOT NULL,
  payments  bigint NOT NULL,
  paid      numeric NOT NULL,
  reversed  numeric NOT NULL,
  paid_out  numeric NOT NULL,
  charges   numeric NOT NULL,
  credits   numeric NOT NULL,
  debt      numeric NOT NULL,
  PRIMARY KEY (tenant, day, hour)
);

CREATE TABLE provider_day (
  tenant    text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  provider  text COLLATE "C" NOT NULL,
  payments  bigint NOT NULL,
  amount    numeric NOT NULL,
  reversals bigint NOT NULL,
  reversed  numeric NOT NULL,
  PRIMARY KEY (tenant, day, provider)
);

-- What the fold remembers: an account's subscriptions make out whether it is active.
CREATE TABLE subscription (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  account      text COLLATE "C",
  stage        text,
  ran          boolean,
  PRIMARY KEY (tenant, subscription)
);
