-- What all projections share. Safe to run again.
CREATE SCHEMA IF NOT EXISTS provodka;
COMMENT ON SCHEMA provodka IS 'Read models of the ledger: views and functions for reading. Their tables are private.';
CREATE SCHEMA IF NOT EXISTS provodka_runner;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'provodka_reader') THEN
    CREATE ROLE provodka_reader LOGIN;
  END IF;
  -- The server reads views for others in this role.
  -- From PostgreSQL 16 on, who made a role is its member without the right to become it.
  IF NOT pg_has_role(current_user, 'provodka_reader', CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
    EXECUTE format('GRANT provodka_reader TO %I', current_user);
  END IF;
END $$;

-- A projection in its tables: the live ones, and those that a rebuild fills.
CREATE TABLE IF NOT EXISTS provodka_runner.projection (
  name         text NOT NULL,
  slot         text NOT NULL CHECK (slot IN ('live', 'new')),
  fingerprint  text NOT NULL,      -- of the SQL and the version that made the tables
  generation   bigint NOT NULL,    -- counts the swaps
  position     bigint NOT NULL DEFAULT 0,
  line_hash    text NOT NULL DEFAULT '',  -- of the line at the position: the log is still the same
  event_time   timestamptz,        -- when the event at the position was recorded
  events       bigint NOT NULL DEFAULT 0,
  rows         bigint NOT NULL DEFAULT 0,
  state        text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'failed')),
  error        text,
  updated      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (name, slot)
) WITH (fillfactor = 50);

-- Whether the indexes were made that come when the tables have caught up. What is from before has them all.
ALTER TABLE provodka_runner.projection ADD COLUMN IF NOT EXISTS indexed boolean NOT NULL DEFAULT true;

-- Whose views are made, and of which SQL.
CREATE TABLE IF NOT EXISTS provodka_runner.views (projection text PRIMARY KEY, fingerprint text NOT NULL);

-- The log's last position as the runner knows it, and when it last said so.
CREATE TABLE IF NOT EXISTS provodka_runner.source (
  one      boolean PRIMARY KEY DEFAULT true CHECK (one),
  position bigint NOT NULL,
  updated  timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

CREATE OR REPLACE VIEW provodka.projection_status AS
SELECT p.name AS projection,
       -- The runner says every five seconds that it is there.
       CASE WHEN p.state = 'running' AND (s.updated IS NULL OR s.updated < clock_timestamp() - interval '30 seconds') THEN 'stopped'
            ELSE p.state END AS state,
       p.position, s.position AS log_position,
       greatest(s.position - p.position, 0) AS lag_events,
       CASE WHEN s.position > p.position AND p.event_time IS NULL THEN NULL
            WHEN s.position > p.position THEN greatest(extract(epoch FROM clock_timestamp() - p.event_time), 0)
            ELSE 0 END::numeric(20, 3) AS lag_seconds,
       p.event_time AS as_of, p.updated, p.error,
       (SELECT n.position FROM provodka_runner.projection n WHERE n.name = p.name AND n.slot = 'new') AS rebuild_position
FROM provodka_runner.projection p LEFT JOIN provodka_runner.source s ON true
WHERE p.slot = 'live';
COMMENT ON VIEW provodka.projection_status IS 'How far each read model has followed the log';
COMMENT ON COLUMN provodka.projection_status.projection IS 'The read model';
COMMENT ON COLUMN provodka.projection_status.state IS 'running; failed: then error says where and why; or stopped: nobody has been keeping it for half a minute, and how far the log is now is not known';
COMMENT ON COLUMN provodka.projection_status.position IS 'The last position of the log that is in it';
COMMENT ON COLUMN provodka.projection_status.log_position IS 'The last position of the log';
COMMENT ON COLUMN provodka.projection_status.lag_events IS 'How many events are missing';
COMMENT ON COLUMN provodka.projection_status.lag_seconds IS 'How old the last event in it is, where some are missing; null where it has none yet';
COMMENT ON COLUMN provodka.projection_status.as_of IS 'When the last event in it was recorded';
COMMENT ON COLUMN provodka.projection_status.updated IS 'When its position or its state last changed';
COMMENT ON COLUMN provodka.projection_status.error IS 'Where and why it failed; null unless it did';
COMMENT ON COLUMN provodka.projection_status.rebuild_position IS 'How far a rebuild has come, while there is one';

-- The public views, and what tells the rows of one tenant in them apart.
CREATE TABLE IF NOT EXISTS provodka_runner.view (name text PRIMARY KEY, key text[] NOT NULL);
CREATE OR REPLACE FUNCTION provodka_runner.publish(view_name text, view_key text[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO provodka_runner.view VALUES (view_name, view_key) ON CONFLICT (name) DO UPDATE SET key = excluded.key
$$;

-- Volatile, so that each look sees what was committed since.
CREATE OR REPLACE FUNCTION provodka.wait_for(wanted bigint, timeout interval DEFAULT '5 seconds') RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  until timestamptz := clock_timestamp() + timeout;
BEGIN
  LOOP
    IF NOT EXISTS (SELECT FROM provodka_runner.projection p WHERE p.slot = 'live' AND p.position < wanted)
       AND EXISTS (SELECT FROM provodka_runner.projection) THEN
      RETURN true;
    END IF;
    IF clock_timestamp() >= until THEN RETURN false; END IF;
    PERFORM pg_sleep(0.005);
  END LOOP;
END $$;
COMMENT ON FUNCTION provodka.wait_for(bigint, interval) IS
  'True as soon as every read model has the position that a command''s answer gave; false when that took longer';
CREATE OR REPLACE FUNCTION provodka.wait_for(wanted bigint, timeout_seconds numeric) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT provodka.wait_for(wanted, make_interval(secs => timeout_seconds::double precision)) $$;
COMMENT ON FUNCTION provodka.wait_for(bigint, numeric) IS 'The same, with the timeout in seconds';
-- Of a literal in quotes, PostgreSQL would think that it is a number as the first argument is.
CREATE OR REPLACE FUNCTION provodka.wait_for(wanted bigint, timeout text) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog AS
$$ SELECT provodka.wait_for(wanted, timeout::interval) $$;
COMMENT ON FUNCTION provodka.wait_for(bigint, text) IS 'The same, with the timeout as text, such as ''2 seconds''';

-- The day that it is for a tenant: by the clock, or by the log where that is ahead of it.
CREATE OR REPLACE FUNCTION provodka.today(zone text) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT (greatest(now(), (SELECT max(event_time) FROM provodka_runner.projection WHERE slot = 'live')) AT TIME ZONE zone)::date
$$;
COMMENT ON FUNCTION provodka.today(text) IS 'The day that it is in a time zone: by the clock, or by the ledger where that is ahead';

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA provodka FROM PUBLIC;
GRANT USAGE ON SCHEMA provodka TO provodka_reader;
GRANT SELECT ON provodka.projection_status TO provodka_reader;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA provodka TO provodka_reader;
