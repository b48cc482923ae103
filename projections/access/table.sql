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
  applied         text,         -- what a router reported last
  applied_version bigint,
  applied_at      timestamptz,
  applied_by      text,
  applied_ms      integer,
  applied_detail  text,
  confirmed_version bigint,     -- what the router that serves it reported as done
  confirmed_at      timestamptz,
  closed  boolean,              -- its account was
  PRIMARY KEY (tenant, point)
) WITH (fillfactor = 80);
CREATE INDEX ON point (tenant, account);
CREATE INDEX ON point (tenant, device);

-- What the subscription that a point follows means for it. It changes with each movement of money, and the point
-- itself hardly ever.
CREATE TABLE followed (
  tenant       text COLLATE "C" NOT NULL,
  point        text COLLATE "C" NOT NULL,
  subscription text,
  service      text,
  tariff       text,
  state        text,
  paid_until   date,
  needed       numeric,
  PRIMARY KEY (tenant, point)
) WITH (fillfactor = 70);
