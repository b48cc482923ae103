CREATE TABLE tenant (
  tenant text COLLATE "C" PRIMARY KEY,
  zone   text
);

CREATE TABLE message (
  tenant     text COLLATE "C" NOT NULL,
  message    bigint NOT NULL,       -- the sequence of the event that asked for it
  subscriber text COLLATE "C",
  template   text,
  language   text,
  version    bigint,
  requested  timestamptz,
  effective  date,
  actor      text,
  cause      text,
  trigger    text,
  caused_by  bigint,
  state      text,
  channel    text,
  attempts   bigint,
  changed    timestamptz,
  settled    timestamptz,
  detail     text,
  PRIMARY KEY (tenant, message)
) WITH (fillfactor = 70);
CREATE INDEX ON message (tenant, subscriber, message);
CREATE INDEX ON message (tenant, message) WHERE settled IS NULL;

CREATE TABLE line (
  time       timestamptz NOT NULL,
  tenant     text COLLATE "C" NOT NULL,
  sequence   bigint NOT NULL,
  message    bigint NOT NULL,
  subscriber text COLLATE "C" NOT NULL,
  attempt    bigint NOT NULL,
  channel    text,
  outcome    text NOT NULL,
  final      boolean NOT NULL,
  detail     text,
  actor      text NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON line (tenant, sequence);
CREATE INDEX ON line (tenant, message, sequence);

CREATE TABLE template (
  tenant   text COLLATE "C" NOT NULL,
  template text COLLATE "C" NOT NULL,
  language text COLLATE "C" NOT NULL,
  version  bigint,
  text     text,
  fields   text[],
  trigger  text,
  channels text[],
  fall_through_minutes bigint,
  saved    timestamptz,
  saved_by text,
  PRIMARY KEY (tenant, template, language)
);

CREATE TABLE day (
  tenant    text COLLATE "C" NOT NULL,
  day       date NOT NULL,
  channel   text COLLATE "C" NOT NULL,
  requested bigint NOT NULL,
  attempts  bigint NOT NULL,
  sent      bigint NOT NULL,
  delivered bigint NOT NULL,
  failed    bigint NOT NULL,
  unknown   bigint NOT NULL,
  settled   bigint NOT NULL,
  PRIMARY KEY (tenant, day, channel)
);
