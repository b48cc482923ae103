CREATE TABLE tenant (
  tenant   text COLLATE "C" PRIMARY KEY,
  zone     text,
  currency text
);

CREATE TABLE point (
  tenant  text COLLATE "C" NOT NULL,
  point   text COLLATE "C" NOT NULL,
  account text COLLATE "C",
  device  text,
  login   text,
  address text,
  mac     text,
  wanted  text,
  reasons text[],
  version bigint,
  since   timestamptz,
  removed timestamptz,
  applied         text,         -- what the router that serves it reported last
  applied_version bigint,
  applied_at      timestamptz,
  applied_by      text,
  applied_ms      integer,
  applied_detail  text,
  PRIMARY KEY (tenant, point)
) WITH (fillfactor = 80);
CREATE INDEX ON point (tenant, account);

-- What the account's base subscription means for its points.
CREATE TABLE account (
  tenant       text COLLATE "C" NOT NULL,
  account      text COLLATE "C" NOT NULL,
  subscription text,
  service      text,
  tariff       text,
  state        text,
  why          text,
  paid_until   date,
  needed       numeric,
  PRIMARY KEY (tenant, account)
) WITH (fillfactor = 70);
