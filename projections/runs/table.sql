CREATE TABLE run (
  time        timestamptz NOT NULL,
  tenant      text COLLATE "C" NOT NULL,
  sequence    bigint NOT NULL,
  through     timestamptz NOT NULL,
  effective   date NOT NULL,
  expected    bigint NOT NULL,
  charged     bigint NOT NULL,
  skipped     bigint NOT NULL,
  duration_ms bigint,
  actor       text NOT NULL,
  PRIMARY KEY (tenant, sequence)
);

CREATE TABLE run_service (
  tenant   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  service  text COLLATE "C" NOT NULL,
  charges  bigint NOT NULL,
  amount   numeric NOT NULL,
  currency text NOT NULL,
  PRIMARY KEY (tenant, sequence, service)
);

CREATE TABLE run_skip (
  tenant   text COLLATE "C" NOT NULL,
  sequence bigint NOT NULL,
  reason   text COLLATE "C" NOT NULL,
  count    bigint NOT NULL,
  PRIMARY KEY (tenant, sequence, reason)
);

-- Subscriptions that were off at some time. Null: it is on again, or over.
CREATE TABLE off (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  account      text COLLATE "C",
  why          text,
  since        timestamptz,
  from_day     date,
  PRIMARY KEY (tenant, subscription)
);
CREATE INDEX ON off (tenant, subscription) WHERE why IS NOT NULL;
