CREATE TABLE happening (
  time       timestamptz NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  subscriber text COLLATE "C",
  account    text COLLATE "C",      -- none where it happened to the subscriber
  sequence   bigint NOT NULL,
  part       smallint NOT NULL,     -- 0, and 1 for the account on the other side of the event
  effective  date NOT NULL,
  type       text NOT NULL,
  actor      text NOT NULL,
  text       text NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON happening (tenant, account, sequence);
CREATE INDEX ON happening (tenant, subscriber, sequence) WHERE subscriber IS NOT NULL;
CREATE INDEX ON happening (tenant, sequence, part);

-- Whose the accounts are, of those that are somebody's, as the fold remembers it.
CREATE TABLE account (
  tenant     text COLLATE "C" NOT NULL,
  account    text COLLATE "C" NOT NULL,
  subscriber text COLLATE "C" NOT NULL
);
