CREATE TABLE entry (
  time         timestamptz NOT NULL,
  tenant       text COLLATE "C" NOT NULL,
  account      text COLLATE "C" NOT NULL,
  sequence     bigint NOT NULL,
  position     bigint NOT NULL,
  effective    date NOT NULL,
  sort         text NOT NULL,
  type         text NOT NULL,
  amount       numeric NOT NULL,
  currency     text NOT NULL,
  balance      numeric NOT NULL,
  provider     text,
  external_id  text,
  service      text,
  subscription text,
  tariff       text,
  from_day     date,
  to_day       date,
  vat          numeric,
  vat_rate     numeric,
  note         text,
  reason       text,
  other        text,      -- the other account of a transfer or of a payment that was moved
  actor        text NOT NULL,
  cause        text NOT NULL,
  reverses     bigint
) PARTITION BY RANGE (time);
CREATE INDEX ON entry (tenant, account, sequence);

CREATE TABLE reversal (
  tenant   text COLLATE "C" NOT NULL,
  reverses bigint NOT NULL,
  sequence bigint NOT NULL
);
CREATE INDEX ON reversal (tenant, reverses);
