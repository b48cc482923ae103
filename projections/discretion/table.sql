CREATE TABLE tenant (
  tenant   text COLLATE "C" PRIMARY KEY,
  zone     text,
  currency text
);

CREATE TABLE decision (
  time         timestamptz NOT NULL,
  tenant       text COLLATE "C" NOT NULL,
  sequence     bigint NOT NULL,
  actor        text COLLATE "C" NOT NULL,
  sort         text COLLATE "C" NOT NULL,
  account      text COLLATE "C" NOT NULL,
  subscription text,
  amount       numeric,
  percent      numeric,
  price        numeric,
  until        date,
  other        text,      -- the account that a payment was moved to
  reverses     bigint,
  reason       text,
  effective    date NOT NULL,
  cause        text NOT NULL,
  type         text NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON decision (tenant, sequence);

CREATE TABLE actor_month (
  tenant    text COLLATE "C" NOT NULL,
  month     date NOT NULL,
  actor     text COLLATE "C" NOT NULL,
  sort      text COLLATE "C" NOT NULL,
  decisions bigint NOT NULL,
  in_favour numeric NOT NULL,
  against   numeric NOT NULL,
  PRIMARY KEY (tenant, month, actor, sort)
);
