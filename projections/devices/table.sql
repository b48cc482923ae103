CREATE TABLE tenant (
  tenant text COLLATE "C" PRIMARY KEY,
  zone   text
);

CREATE TABLE device (
  tenant       text COLLATE "C" NOT NULL,
  device       text COLLATE "C" NOT NULL,
  kind         text,
  address      text,
  mode         text,
  serves       inet[],        -- prefixes, without the bits behind their length
  registered   timestamptz,
  changed      timestamptz,
  retired      timestamptz,
  retired_for  text,
  results      bigint NOT NULL,
  failures     bigint NOT NULL,
  repairs      bigint NOT NULL,
  reported     timestamptz,   -- the last result, whatever it was
  outcome      text,
  point        text,
  ms           integer,
  failed       timestamptz,   -- the last that was a failure
  failed_point text,
  detail       text,
  PRIMARY KEY (tenant, device)
) WITH (fillfactor = 70);

-- Where access points are, in one spelling; what is no address is none.
CREATE TABLE place (
  tenant  text COLLATE "C" NOT NULL,
  point   text COLLATE "C" NOT NULL,
  address inet,
  mac     text,
  login   text,
  PRIMARY KEY (tenant, point)
);
CREATE INDEX ON place (tenant, address);
CREATE INDEX ON place (tenant, mac);
CREATE INDEX ON place (tenant, login);

CREATE TABLE result (
  time     timestamptz NOT NULL,
  tenant   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  day      date NOT NULL,      -- of the time, in the tenant's zone
  device   text COLLATE "C" NOT NULL,
  account  text COLLATE "C" NOT NULL,
  point    text COLLATE "C" NOT NULL,
  version  bigint NOT NULL,
  outcome  text NOT NULL,
  ms       integer NOT NULL,
  detail   text
) PARTITION BY RANGE (time);
CREATE INDEX ON result (tenant, sequence);
CREATE INDEX ON result (tenant, device, time);
CREATE INDEX ON result (tenant, point, sequence);
CREATE INDEX ON result (tenant, day, device);
