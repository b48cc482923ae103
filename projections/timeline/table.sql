CREATE TABLE happening (
  time      timestamptz NOT NULL,
  tenant    text COLLATE "C" NOT NULL,
  account   text COLLATE "C" NOT NULL,
  sequence  bigint NOT NULL,
  part      smallint NOT NULL,  -- 0, and 1 for the account on the other side of the event
  effective date NOT NULL,
  type      text NOT NULL,
  actor     text NOT NULL,
  text      text NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON happening (tenant, account, sequence);
CREATE INDEX ON happening (tenant, sequence, part);

CREATE TABLE subscriber_happening (
  time       timestamptz NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  subscriber text COLLATE "C" NOT NULL,
  sequence   bigint NOT NULL,
  effective  date NOT NULL,
  type       text NOT NULL,
  actor      text NOT NULL,
  text       text NOT NULL
);
CREATE INDEX ON subscriber_happening (tenant, subscriber, sequence);
CREATE INDEX ON subscriber_happening (tenant, sequence);

-- Whose the accounts are, of those that are somebody's.
CREATE TABLE account (
  tenant     text COLLATE "C" NOT NULL,
  account    text COLLATE "C" NOT NULL,
  subscriber text COLLATE "C" NOT NULL,
  PRIMARY KEY (tenant, account)
);
CREATE INDEX ON account (tenant, subscriber);
