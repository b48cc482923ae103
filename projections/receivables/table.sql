CREATE TABLE tenant (
  tenant   text COLLATE "C" PRIMARY KEY,
  zone     text,
  currency text,
  decimals integer
);

-- Touched while an account owes something, and when it begins or ceases to.
CREATE TABLE account (
  tenant     text COLLATE "C" NOT NULL,
  account    text COLLATE "C" NOT NULL,
  label      text,
  subscriber text,
  closed     boolean,
  debt       numeric,       -- what it owes: its balance, where that is below zero
  began      bigint,        -- the sequence of the entry that brought it below zero; null: it owes nothing
  since      date,          -- its business date
  PRIMARY KEY (tenant, account)
);
CREATE INDEX ON account (debt) WHERE debt > 0;
CREATE INDEX ON account (tenant, debt) WHERE debt > 0;

-- What an account was debited with while it was below zero, by business date.
CREATE TABLE debit (
  tenant  text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  began   bigint NOT NULL,
  day     date NOT NULL,
  amount  numeric NOT NULL,
  PRIMARY KEY (tenant, account, began, day)
);

CREATE TABLE promise (
  tenant    text COLLATE "C" NOT NULL,
  sequence  bigint NOT NULL,
  account   text COLLATE "C",
  given     timestamptz,
  given_on  date,
  until     date,
  amount    numeric,
  actor     text,
  outcome   text,
  ended     timestamptz,
  ended_on  date,
  PRIMARY KEY (tenant, sequence)
);
CREATE INDEX ON promise (tenant, account) WHERE outcome IS NULL;

CREATE TABLE suspended (
  tenant      text COLLATE "C" NOT NULL,
  provider    text COLLATE "C" NOT NULL,
  external_id text COLLATE "C" NOT NULL,
  sequence    bigint,
  since       timestamptz,
  effective   date,
  account     text,
  amount      numeric,
  left_over   numeric NOT NULL,
  note        text,
  PRIMARY KEY (tenant, provider, external_id)
);
CREATE INDEX ON suspended (tenant, since) WHERE left_over > 0;
