CREATE TABLE tenant (
  tenant      text COLLATE "C" PRIMARY KEY,
  zone        text,
  currency    text,
  decimals    integer,
  threshold   numeric,
  grace_hours integer
);

CREATE TABLE service (
  tenant  text COLLATE "C" NOT NULL,
  service text COLLATE "C" NOT NULL,
  vat     jsonb,
  PRIMARY KEY (tenant, service)
);

CREATE TABLE tariff (
  tenant     text COLLATE "C" NOT NULL,
  tariff     text COLLATE "C" NOT NULL,
  version    integer NOT NULL,
  service    text COLLATE "C",
  from_day   date,
  mode       text,
  period     text,
  anchor     text,
  price      numeric,
  shortage   text,
  setup_fee  numeric,
  trial_days integer,
  due_days   integer,
  PRIMARY KEY (tenant, tariff, version)
);

CREATE TABLE closed (
  tenant text COLLATE "C" NOT NULL,
  tariff text COLLATE "C" NOT NULL,
  day    date,
  PRIMARY KEY (tenant, tariff)
);

CREATE TABLE account (
  tenant        text COLLATE "C" NOT NULL,
  account       text COLLATE "C" NOT NULL,
  available     numeric,
  promise       numeric,      -- of what is available: lent
  promise_until date,         -- it is over when this day begins
  grace_until   timestamptz,  -- what is missing may be missing until then
  PRIMARY KEY (tenant, account)
) WITH (fillfactor = 70);

CREATE TABLE subscription (
  tenant         text COLLATE "C" NOT NULL,
  subscription   text COLLATE "C" NOT NULL,
  account        text COLLATE "C",
  service        text COLLATE "C",
  tariff         text COLLATE "C",
  next_tariff    text COLLATE "C",  -- from next_from on
  next_from      date,
  state          text,              -- pending, running, off, ended
  why            text,              -- it is off
  tried          boolean,           -- it had a trial
  fee_paid       boolean,           -- the one of the beginning
  price          numeric,           -- of the period that was charged last, or has begun
  period_to      date,
  charged_past   date,              -- the first day that is not charged
  moved_days     integer,           -- by which freezes have put off both since
  anchor         date,              -- where periods count from that do not begin with the calendar's
  anchor_moved   integer,
  counted        boolean,           -- periods count from the anchor, whatever the tariff says
  hour           timestamptz,       -- by the hour: up to then it was charged
  override       numeric,
  override_until date,
  freeze_from    date,              -- ahead
  ends           date,
  PRIMARY KEY (tenant, subscription)
) WITH (fillfactor = 70);
CREATE INDEX ON subscription (tenant, account);

CREATE TABLE discount (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  number       bigint NOT NULL,
  place        bigint,
  percent      numeric,  -- or an amount
  amount       numeric,
  from_day     date,
  until        date,
  PRIMARY KEY (tenant, subscription, number)
);

-- Extras, and sums that become due in instalments.
CREATE TABLE plan (
  tenant  text COLLATE "C" NOT NULL,
  plan    bigint NOT NULL,
  account text COLLATE "C",
  service text COLLATE "C",
  kind    text,     -- extra, instalment
  amount  numeric,  -- of each period, or of all parts
  period  text,
  parts   integer,  -- 0: without end
  done    integer,
  anchor  date,     -- from which the parts count
  since   integer,  -- parts charged since the anchor
  due     date,     -- of the next part; null: it is over
  PRIMARY KEY (tenant, plan)
);
CREATE INDEX ON plan (tenant, account) WHERE due IS NOT NULL;

-- The day k periods after another one. By the hour, periods are days.
CREATE FUNCTION periods_after(origin date, k integer, period text) RETURNS date LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT CASE period WHEN 'month' THEN (origin + make_interval(months => k))::date
                     WHEN 'quarter' THEN (origin + make_interval(months => 3 * k))::date
                     WHEN 'year' THEN (origin + make_interval(months => 12 * k))::date
                     WHEN 'week' THEN origin + 7 * k
                     ELSE origin + k END;
END;

-- How many periods after the origin the one of the day is, or one fewer.
CREATE FUNCTION periods_before(origin date, day date, period text) RETURNS integer LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT CASE WHEN period IN ('month', 'quarter', 'year')
              THEN floor((12 * (extract(year FROM day) - extract(year FROM origin)) + extract(month FROM day) - extract(month FROM origin))
                         / CASE period WHEN 'month' THEN 1 WHEN 'quarter' THEN 3 ELSE 12 END)::integer - 1
              WHEN period = 'week' THEN floor((day - origin) / 7.0)::integer
              ELSE day - origin END;
END;

-- What falls to the days a to b (without b, counted from 0) of a price that is for so many: days that adjoin add up.
CREATE FUNCTION slice(price numeric, days integer, a integer, b integer, decimals integer) RETURNS numeric LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT round(price * b / days, decimals) - round(price * a / days, decimals);
END;

-- Discounts are taken off one behind the other, each of what the one before has left.
CREATE FUNCTION take_off(price numeric, full_price numeric, percent numeric, amount numeric, decimals integer) RETURNS numeric
LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT CASE WHEN percent IS NULL THEN coalesce(price, full_price) - amount
              ELSE round(greatest(coalesce(price, full_price), 0) * (100 - percent) / 100, decimals) END;
END;
CREATE AGGREGATE discounted (full_price numeric, percent numeric, amount numeric, decimals integer) (SFUNC = take_off, STYPE = numeric);

-- With the tax that comes on top on a day.
CREATE FUNCTION with_tax(price numeric, vat jsonb, day date, decimals integer) RETURNS numeric LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
  SELECT coalesce((SELECT CASE WHEN r.included THEN price ELSE round(price * (100 + r.rate) / 100, decimals) END
                   FROM jsonb_to_recordset(vat) r("from" date, rate numeric, included boolean)
                   WHERE r."from" <= day ORDER BY r."from" DESC LIMIT 1), price);
END;

-- What is left behind a charge; an extra waits until there is the money for it.
CREATE FUNCTION spend(rest numeric, available numeric, amount numeric, threshold numeric, waits boolean) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN coalesce(rest, available) - CASE WHEN waits AND coalesce(rest, available) - amount < threshold THEN 0 ELSE amount END;
END $$;
CREATE AGGREGATE left_behind (available numeric, amount numeric, threshold numeric, waits boolean) (SFUNC = spend, STYPE = numeric);

-- What subscriptions will be charged within 30 days, as they stand now: a row for each period, and one for the fee
-- of the beginning. What is charged each day has a row of several days.
CREATE VIEW charge AS
WITH t AS MATERIALIZED (
  SELECT tenant, zone, decimals, d.today, d.today + 30 AS past FROM tenant CROSS JOIN LATERAL (SELECT provodka.today(zone) AS today) d
), trial AS (
  -- An account tries a service once.
  SELECT s.tenant, s.subscription, f.trial_days
  FROM subscription s
  CROSS JOIN LATERAL (
    SELECT f.trial_days FROM tariff f WHERE f.tenant = s.tenant AND f.tariff = s.tariff AND f.from_day <= s.charged_past
    ORDER BY f.version DESC LIMIT 1) f
  WHERE s.state = 'pending' AND f.trial_days > 0
    AND NOT EXISTS (SELECT FROM subscription o WHERE o.tenant = s.tenant AND o.account = s.account AND o.service = s.service AND o.tried)
), stretch AS (
  -- On the tariff of now, and on the one that it changes to.
  SELECT s.*, t.zone, t.decimals, t.today, t.past, g.of_tariff, g.first,
         least(g.past, s.ends, s.freeze_from) AS stops,
         f.mode, f.period, f.shortage, f.due_days, f.setup_fee,
         CASE WHEN f.anchor = 'start' OR s.counted THEN CASE WHEN s.state = 'pending' THEN b.first ELSE s.anchor + coalesce(s.anchor_moved, 0) END
              WHEN f.period = 'week' THEN date '1970-01-05'
              WHEN f.period IN ('day', 'hour') THEN g.first
              ELSE date_trunc('year', g.first)::date END AS origin
  FROM subscription s
  JOIN t ON t.tenant = s.tenant
  LEFT JOIN trial r ON r.tenant = s.tenant AND r.subscription = s.subscription
  CROSS JOIN LATERAL (
    SELECT coalesce((s.hour AT TIME ZONE t.zone)::date, s.charged_past + coalesce(s.moved_days, 0) + coalesce(r.trial_days, 0)) AS first) b
  CROSS JOIN LATERAL (VALUES (s.tariff, b.first, s.next_from), (s.next_tariff, greatest(b.first, s.next_from), NULL)) g(of_tariff, first, past)
  CROSS JOIN LATERAL (
    SELECT * FROM tariff f WHERE f.tenant = s.tenant AND f.tariff = g.of_tariff AND f.from_day <= greatest(g.first, t.today)
    ORDER BY f.version DESC LIMIT 1) f
  WHERE s.state IN ('pending', 'running') AND (g.past IS NULL OR g.first < g.past)
), period AS (
  SELECT s.*, k.whole_from, k.whole_to,
         -- Days that are over and were not charged are not charged for afterwards, but in arrears.
         CASE WHEN s.mode = 'arrears' THEN greatest(k.whole_from, s.first) ELSE greatest(k.whole_from, s.first, s.today) END AS begins,
         CASE WHEN s.mode = 'arrears' THEN least(k.whole_to, s.stops)
              WHEN s.mode = 'spread' OR s.period = 'hour' THEN least(k.whole_to, s.stops, s.past)
              ELSE k.whole_to END AS finishes,
         s.mode = 'spread' OR s.period = 'hour' AS daily
  FROM stretch s
  CROSS JOIN LATERAL (
    SELECT periods_before(s.origin, CASE WHEN s.mode = 'arrears' THEN s.first ELSE greatest(s.first, s.today) END, s.period) AS k) e
  CROSS JOIN LATERAL (
    SELECT periods_after(s.origin, n, s.period) AS whole_from, periods_after(s.origin, n + 1, s.period) AS whole_to
    FROM generate_series(e.k, e.k + CASE WHEN s.period IN ('day', 'hour') THEN 30 WHEN s.period = 'week' THEN 6 ELSE 3 END) n) k
  WHERE k.whole_from < s.past AND k.whole_to > s.first
), piece AS (
  -- What is charged day by day changes its price on any day.
  SELECT p.*, c.from_day, c.to_day
  FROM period p
  CROSS JOIN LATERAL (
    SELECT p.begins AS from_day, p.finishes AS to_day WHERE NOT p.daily
    UNION ALL
    SELECT c.day, lead(c.day, 1, p.finishes) OVER (ORDER BY c.day)
    FROM (SELECT p.begins AS day
          UNION SELECT f.from_day FROM tariff f WHERE f.tenant = p.tenant AND f.tariff = p.of_tariff
          UNION SELECT n.day FROM discount d CROSS JOIN LATERAL (VALUES (d.from_day), (d.until + 1)) n(day)
                WHERE d.tenant = p.tenant AND d.subscription = p.subscription
          UNION SELECT p.override_until + 1) c
    WHERE p.daily AND c.day >= p.begins AND c.day < p.finishes) c
), priced AS (
  SELECT p.*,
         -- What a period began with holds in all of it.
         CASE WHEN p.mode IN ('advance', 'arrears') AND p.period <> 'hour' AND p.of_tariff = p.tariff AND p.price IS NOT NULL
                   AND p.from_day <= p.period_to + coalesce(p.moved_days, 0) THEN p.price
              ELSE with_tax(greatest(coalesce((SELECT discounted(n.price, d.percent, d.amount, p.decimals ORDER BY d.place, d.number)
                                               FROM discount d WHERE d.tenant = p.tenant AND d.subscription = p.subscription
                                                 AND d.from_day <= p.from_day AND (d.until IS NULL OR d.until >= p.from_day)), n.price), 0),
                            v.vat, p.from_day, p.decimals) END AS gross,
         CASE WHEN p.mode = 'arrears' THEN greatest(p.to_day, p.today) ELSE p.from_day END AS day,
         v.vat
  FROM piece p
  JOIN service v ON v.tenant = p.tenant AND v.service = p.service
  CROSS JOIN LATERAL (
    SELECT CASE WHEN p.override IS NOT NULL AND (p.override_until IS NULL OR p.override_until >= p.from_day) THEN p.override
                ELSE (SELECT f.price FROM tariff f WHERE f.tenant = p.tenant AND f.tariff = p.of_tariff AND f.from_day <= p.from_day
                      ORDER BY f.version DESC LIMIT 1) END AS price) n
  WHERE p.from_day < p.to_day
    AND CASE WHEN p.mode = 'arrears' THEN p.to_day >= p.today AND p.to_day < p.past ELSE p.from_day < least(p.stops, p.past) END
)
SELECT p.tenant, p.account, p.subscription, p.service, p.of_tariff AS tariff, p.day, p.from_day, p.to_day, p.daily, p.today,
       p.gross AS price, p.whole_from, p.whole_to, p.decimals,
       CASE WHEN p.period = 'hour' THEN p.zone END AS hours_in, p.hour, p.mode = 'advance' AS ahead,
       p.shortage, CASE WHEN p.mode = 'arrears' THEN coalesce(p.due_days, 0) END AS due_days, false AS fee
FROM priced p
UNION ALL
SELECT s.tenant, s.account, s.subscription, s.service, s.of_tariff, greatest(s.first, s.today), s.first, s.first + 1, false, s.today,
       with_tax(s.setup_fee, v.vat, s.first, s.decimals), s.first, s.first + 1, s.decimals, NULL, NULL, true, s.shortage, NULL, true
FROM stretch s JOIN service v ON v.tenant = s.tenant AND v.service = s.service
WHERE s.setup_fee > 0 AND s.fee_paid IS NOT TRUE AND s.price IS NULL AND s.of_tariff = s.tariff AND s.first < least(s.stops, s.past);

-- What the days a to b (without b) of such a row cost, and how many charges that is.
CREATE FUNCTION cost_of(c charge, a date, b date) RETURNS TABLE (amount numeric, charges integer) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT CASE WHEN c.hours_in IS NULL THEN slice(c.price, c.whole_to - c.whole_from, a - c.whole_from, b - c.whole_from, c.decimals)
              ELSE c.price * h.hours END,
         CASE WHEN NOT c.daily THEN 1 WHEN c.hours_in IS NULL OR NOT c.ahead THEN b - a ELSE h.hours END
  FROM (SELECT CASE WHEN c.hours_in IS NOT NULL THEN
                 ceil(extract(epoch FROM (b::timestamp AT TIME ZONE c.hours_in)
                                         - greatest(a::timestamp AT TIME ZONE c.hours_in, c.hour)) / 3600)::integer END AS hours) h;
END;

-- The parts of plans that come within 30 days. Periods of an extra that is late count from the day that it is charged on.
CREATE VIEW part AS
WITH t AS MATERIALIZED (
  SELECT tenant, decimals, d.today, d.today + 30 AS past FROM tenant CROSS JOIN LATERAL (SELECT provodka.today(zone) AS today) d)
SELECT p.tenant, p.plan, p.account, p.service, p.kind, greatest(n.day, t.today) AS day, t.today,
       CASE p.kind WHEN 'extra' THEN p.amount ELSE slice(p.amount, p.parts, p.done + j, p.done + j + 1, t.decimals) END AS amount
FROM plan p
JOIN t ON t.tenant = p.tenant
CROSS JOIN LATERAL (SELECT p.kind = 'extra' AND p.due < t.today AS late) l
CROSS JOIN generate_series(0, 30) j
CROSS JOIN LATERAL (
  SELECT CASE WHEN l.late THEN periods_after(t.today, j, p.period) ELSE periods_after(p.anchor, p.since + j, p.period) END AS day) n
WHERE p.due IS NOT NULL AND n.day < t.past AND (p.parts = 0 OR p.done + j < p.parts)
  -- Nothing is added to what is off because it was not paid, or has ended.
  AND (p.kind <> 'extra'
       OR NOT EXISTS (SELECT FROM subscription s WHERE s.tenant = p.tenant AND s.account = p.account)
       OR EXISTS (SELECT FROM subscription s WHERE s.tenant = p.tenant AND s.account = p.account
                  AND (s.state IN ('pending', 'running') OR s.state = 'off' AND s.why NOT IN ('unpaid', 'debt'))));
