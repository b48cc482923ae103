-- One row a command, written with its first event. What came of it is counted when somebody asks: its last
-- events may be written later.
CREATE TABLE command (
  time      timestamptz NOT NULL,
  tenant    text COLLATE "C" NOT NULL,
  sequence  bigint NOT NULL,   -- of its first event
  position  bigint NOT NULL,
  actor     text NOT NULL,
  cause     text COLLATE "C" NOT NULL,
  causehash text
) PARTITION BY RANGE (time);
CREATE INDEX ON command (tenant, sequence);
CREATE INDEX ON command (tenant, time);
CREATE INDEX ON command (tenant, cause);

CREATE TABLE event (
  time     timestamptz NOT NULL,
  tenant   text COLLATE "C" NOT NULL,
  command  bigint NOT NULL,    -- the sequence of its first event
  sequence bigint NOT NULL,
  position bigint NOT NULL,
  type     text NOT NULL,
  account  text,
  other    text,               -- the account on the other side, of a transfer or a payment that was moved
  subject  text NOT NULL,
  actor    text NOT NULL,      -- as in the command, which would cost a join for each event
  cause    text COLLATE "C" NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON event (tenant, command, sequence);

-- The command that the fold saw last: more of its events may come in the next batch.
CREATE TABLE last (
  one      boolean PRIMARY KEY,
  tenant   text,
  cause    text,
  sequence bigint,
  micros   bigint     -- its time, since 1970
);
