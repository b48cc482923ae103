-- What a subscription will be charged on the days from today up to before today + days.
CREATE OR REPLACE VIEW provodka.forecast_charges AS
SELECT c.tenant, h.days AS within_days, c.account, c.subscription, c.service, (array_agg(c.tariff ORDER BY c.day))[1] AS tariff,
       min(c.day) AS first_charge, sum(n.charges)::integer AS charges, sum(n.amount) AS amount, t.currency
FROM charge c
JOIN tenant t ON t.tenant = c.tenant
CROSS JOIN (VALUES (1), (7), (30)) h(days)
CROSS JOIN LATERAL cost_of(c, c.from_day, CASE WHEN c.daily THEN least(c.to_day, c.today + h.days) ELSE c.to_day END) n
WHERE c.day < c.today + h.days
GROUP BY c.tenant, h.days, c.account, c.subscription, c.service, t.currency
HAVING sum(n.amount) > 0;
COMMENT ON VIEW provodka.forecast_charges IS
  'Charges of subscriptions to come within 1, 7 and 30 days if everything is paid, at the price and with the discounts of their day. '
  'Not in it: what comes behind a freeze, a block or a debt that it is off for, and what is given back at the end';
COMMENT ON COLUMN provodka.forecast_charges.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.forecast_charges.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast_charges.account IS 'What will be charged';
COMMENT ON COLUMN provodka.forecast_charges.subscription IS 'For which';
COMMENT ON COLUMN provodka.forecast_charges.service IS 'What it is of';
COMMENT ON COLUMN provodka.forecast_charges.tariff IS 'The tariff that the first one is at';
COMMENT ON COLUMN provodka.forecast_charges.amount IS 'The sum of the charges, with VAT';
COMMENT ON COLUMN provodka.forecast_charges.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.forecast_charges.charges IS 'How many there will be; of hours that are paid for ahead each is one, of others each day';
COMMENT ON COLUMN provodka.forecast_charges.first_charge IS 'The day of the first one';
SELECT provodka_runner.publish('forecast_charges', '{within_days,subscription}');

CREATE OR REPLACE VIEW provodka.forecast_plans AS
SELECT p.tenant, h.days AS within_days, p.account, p.plan, p.kind, p.service, min(p.day) AS first_charge, count(*)::integer AS charges,
       sum(p.amount) AS amount, t.currency
FROM part p
JOIN tenant t ON t.tenant = p.tenant
CROSS JOIN (VALUES (1), (7), (30)) h(days)
WHERE p.day < p.today + h.days
GROUP BY p.tenant, h.days, p.account, p.plan, p.kind, p.service, t.currency;
COMMENT ON VIEW provodka.forecast_plans IS 'Extras and instalments to come within 1, 7 and 30 days';
COMMENT ON COLUMN provodka.forecast_plans.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.forecast_plans.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast_plans.account IS 'What will be charged';
COMMENT ON COLUMN provodka.forecast_plans.plan IS 'The number of the event in the tenant''s log with which it began';
COMMENT ON COLUMN provodka.forecast_plans.kind IS 'extra, or instalment';
COMMENT ON COLUMN provodka.forecast_plans.service IS 'What it is of';
COMMENT ON COLUMN provodka.forecast_plans.first_charge IS 'The day of the first one; an extra waits until there is the money for it';
COMMENT ON COLUMN provodka.forecast_plans.charges IS 'How many there will be';
COMMENT ON COLUMN provodka.forecast_plans.amount IS 'The sum of the charges';
COMMENT ON COLUMN provodka.forecast_plans.currency IS 'Of the amount';
SELECT provodka_runner.publish('forecast_plans', '{within_days,plan}');

CREATE OR REPLACE VIEW provodka.forecast_blocks AS
WITH t AS MATERIALIZED (
  SELECT tenant, zone, currency, coalesce(threshold, 0) AS threshold, coalesce(grace_hours, 0) AS grace_hours, d.today
  FROM tenant CROSS JOIN LATERAL (SELECT provodka.today(zone) AS today) d
), money AS (
  -- What is missing already, what was lent, and what will be charged; and how many days later a service is off where the
  -- money does not suffice: in arrears and where a debt is allowed, some.
  SELECT a.tenant, a.account, t.today AS day, 0 AS place, NULL AS what, NULL::charge AS c, 0 AS amount, false AS waits,
         a.grace_until IS NOT NULL AS has_grace, coalesce(greatest((a.grace_until AT TIME ZONE t.zone)::date - t.today, 0), 0) AS grace_days
  FROM account a JOIN t ON t.tenant = a.tenant WHERE a.available < t.threshold
  UNION ALL
  SELECT a.tenant, a.account, greatest(a.promise_until, t.today), 1, NULL, NULL, a.promise, false, false, 0
  FROM account a JOIN t ON t.tenant = a.tenant WHERE a.promise > 0
  UNION ALL
  SELECT c.tenant, c.account, c.day, 2, c.subscription, c, n.amount, false, c.shortage = 'debt',
         CASE WHEN c.shortage = 'debt' THEN coalesce(c.due_days, t.grace_hours / 24) ELSE 0 END
  FROM charge c JOIN t ON t.tenant = c.tenant CROSS JOIN LATERAL cost_of(c, c.from_day, c.to_day) n
  UNION ALL
  SELECT p.tenant, p.account, p.day, 3, p.service, NULL, p.amount, p.kind = 'extra', false, 0 FROM part p
), whole AS (
  SELECT m.*, a.available, t.threshold, t.today, t.currency, sum(m.amount) OVER (PARTITION BY m.tenant, m.account) AS all_of_it
  FROM money m JOIN account a ON a.tenant = m.tenant AND a.account = m.account JOIN t ON t.tenant = m.tenant
), move AS (
  -- Day by day, of those alone whose money does not suffice for all of it.
  SELECT w.*, d.on_day, d.of_day
  FROM whole w
  CROSS JOIN LATERAL (
    SELECT (w.c).from_day + i AS on_day, n.amount AS of_day
    FROM generate_series(0, 29) i
    CROSS JOIN LATERAL cost_of(w.c, (w.c).from_day + i, (w.c).from_day + i + 1) n WHERE (w.c).daily AND (w.c).from_day + i < (w.c).to_day
    UNION ALL SELECT w.day, w.amount WHERE (w.c).daily IS NOT TRUE) d
  WHERE w.available - w.all_of_it < w.threshold
    AND EXISTS (SELECT FROM subscription s WHERE s.tenant = w.tenant AND s.account = w.account AND s.state IN ('pending', 'running'))
), behind AS (
  SELECT m.*, left_behind(m.available, m.of_day, m.threshold, m.waits)
           OVER (PARTITION BY m.tenant, m.account ORDER BY m.on_day, m.place, m.what ROWS UNBOUNDED PRECEDING) AS rest
  FROM move m
), missed AS (
  SELECT b.*, count(*) FILTER (WHERE b.rest < b.threshold)
           OVER (PARTITION BY b.tenant, b.account ORDER BY b.on_day, b.place, b.what ROWS UNBOUNDED PRECEDING) AS nth,
         CASE WHEN b.rest < b.threshold THEN b.on_day + b.grace_days
           -- What is shortened is on for the days that there is money for.
           + CASE WHEN (b.c).shortage = 'shorten' AND NOT (b.c).fee
                  THEN floor(greatest(b.rest + b.of_day - b.threshold, 0) * ((b.c).whole_to - (b.c).whole_from) / (b.c).price)::integer
                  ELSE 0 END END AS off_on
  FROM behind b
), blocked AS (
  -- The first debt has grace, and one that comes on top has what is left of that.
  SELECT m.*, min(m.off_on) FILTER (WHERE m.nth = 1 OR NOT m.has_grace) OVER (PARTITION BY m.tenant, m.account) AS blocks_on FROM missed m
)
SELECT b.tenant, h.days AS within_days, b.account, b.available, coalesce(sum(b.of_day) FILTER (WHERE b.place > 1), 0) AS charges, b.threshold,
       sum(b.of_day) + b.threshold - b.available AS missing, min(b.on_day) FILTER (WHERE b.place > 1) AS first_charge, b.currency, b.blocks_on
FROM blocked b
CROSS JOIN (VALUES (1), (7), (30)) h(days)
WHERE b.blocks_on < b.today + h.days AND b.on_day < b.today + h.days
GROUP BY b.tenant, h.days, b.account, b.available, b.threshold, b.currency, b.blocks_on;
COMMENT ON VIEW provodka.forecast_blocks IS
  'Accounts of which a service goes off within 1, 7 and 30 days if no money comes in: by the tariff at once, or when the grace of a debt or the days to pay are over';
COMMENT ON COLUMN provodka.forecast_blocks.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.forecast_blocks.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast_blocks.account IS 'The account';
COMMENT ON COLUMN provodka.forecast_blocks.available IS 'What it has now, with its credit limit and a promised payment';
COMMENT ON COLUMN provodka.forecast_blocks.charges IS 'The sum of the charges to come in these days, of subscriptions, extras and instalments';
COMMENT ON COLUMN provodka.forecast_blocks.threshold IS 'What has to be left on it for its services to be on';
COMMENT ON COLUMN provodka.forecast_blocks.first_charge IS 'The day of the first one; null where there is none and the money does not suffice already';
COMMENT ON COLUMN provodka.forecast_blocks.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.forecast_blocks.missing IS 'What would have to come in for all of the charges, and for a promise that runs out by then';
COMMENT ON COLUMN provodka.forecast_blocks.blocks_on IS 'The day from which a service is off';
SELECT provodka_runner.publish('forecast_blocks', '{within_days,account}');

CREATE OR REPLACE VIEW provodka.forecast AS
SELECT t.tenant, h.days AS within_days, coalesce(c.charges, 0)::bigint AS charges, coalesce(c.amount, round(0, t.decimals)) AS amount,
       coalesce(c.accounts, 0) AS accounts, coalesce(b.blocks, 0) AS blocks, t.currency
FROM tenant t
CROSS JOIN (VALUES (1), (7), (30)) h(days)
LEFT JOIN (
  SELECT a.tenant, a.within_days, sum(a.charges) AS charges, sum(a.amount) AS amount, count(DISTINCT a.account) AS accounts
  FROM (SELECT tenant, within_days, account, charges, amount FROM provodka.forecast_charges
        UNION ALL SELECT tenant, within_days, account, charges, amount FROM provodka.forecast_plans) a
  GROUP BY a.tenant, a.within_days) c ON c.tenant = t.tenant AND c.within_days = h.days
LEFT JOIN (SELECT tenant, within_days, count(*) AS blocks FROM provodka.forecast_blocks GROUP BY tenant, within_days) b
  ON b.tenant = t.tenant AND b.within_days = h.days;
COMMENT ON VIEW provodka.forecast IS 'Charges and blocks to come within 1, 7 and 30 days: of subscriptions, extras and instalments';
COMMENT ON COLUMN provodka.forecast.tenant IS 'The provider';
COMMENT ON COLUMN provodka.forecast.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast.charges IS 'How many there will be';
COMMENT ON COLUMN provodka.forecast.amount IS 'Their sum';
COMMENT ON COLUMN provodka.forecast.accounts IS 'How many accounts will be charged';
COMMENT ON COLUMN provodka.forecast.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.forecast.blocks IS 'Accounts of which a service goes off if nothing comes in';
SELECT provodka_runner.publish('forecast', '{within_days}');

CREATE OR REPLACE VIEW provodka.unbilled AS
SELECT s.tenant, s.subscription, s.account, s.service, s.tariff, s.price,
       CASE WHEN s.price = 0 THEN 'at no price' ELSE 'on a closed tariff' END AS finding, f.day AS closed
FROM subscription s LEFT JOIN closed f ON f.tenant = s.tenant AND f.tariff = s.tariff
WHERE s.state = 'running' AND (s.price = 0 OR f.day IS NOT NULL);
COMMENT ON VIEW provodka.unbilled IS 'Subscriptions that run at no price, or on a tariff that was closed';
COMMENT ON COLUMN provodka.unbilled.tenant IS 'The provider whose subscription it is';
COMMENT ON COLUMN provodka.unbilled.subscription IS 'The subscription';
COMMENT ON COLUMN provodka.unbilled.account IS 'Whose it is';
COMMENT ON COLUMN provodka.unbilled.service IS 'What it is of';
COMMENT ON COLUMN provodka.unbilled.tariff IS 'The tariff that it is on';
COMMENT ON COLUMN provodka.unbilled.price IS 'Of its period';
COMMENT ON COLUMN provodka.unbilled.finding IS 'at no price, or on a closed tariff';
COMMENT ON COLUMN provodka.unbilled.closed IS 'The day since which nobody new gets the tariff';
SELECT provodka_runner.publish('unbilled', '{subscription}');
