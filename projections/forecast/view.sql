-- What a subscription will be charged on the days from today up to before today + days, as it stands now.
CREATE OR REPLACE VIEW provodka.forecast_charges AS
SELECT s.tenant, h.days AS within_days, s.account, s.subscription, s.service, s.tariff, n.first_charge, n.charges,
       round(n.charges * CASE WHEN s.charged_days = 1 AND s.period_days > 1 THEN s.price / s.period_days ELSE s.price END, 2)
         AS amount,
       t.currency
FROM subscription s
JOIN tenant t ON t.tenant = s.tenant
CROSS JOIN (VALUES (1), (7), (30)) h(days)
CROSS JOIN LATERAL (SELECT provodka.today(t.zone) AS today) d
CROSS JOIN LATERAL (
  SELECT c.first_charge,
         1 + (least(d.today + h.days, coalesce(s.ends, 'infinity'::date)) - 1 - c.first_charge)
             / greatest(CASE WHEN s.charged_days = 1 THEN 1 ELSE s.period_days END, 1) AS charges
  FROM (SELECT greatest(s.next_charge + coalesce(s.moved_days, 0), d.today) AS first_charge) c
  WHERE c.first_charge < least(d.today + h.days, coalesce(s.ends, 'infinity'::date))) n
WHERE s.state IN ('pending', 'running') AND s.price > 0 AND s.next_charge IS NOT NULL;
COMMENT ON VIEW provodka.forecast_charges IS 'Charges to come within 1, 7 and 30 days, at the prices of now';
COMMENT ON COLUMN provodka.forecast_charges.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.forecast_charges.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast_charges.account IS 'What will be charged';
COMMENT ON COLUMN provodka.forecast_charges.subscription IS 'For which';
COMMENT ON COLUMN provodka.forecast_charges.service IS 'What it is of';
COMMENT ON COLUMN provodka.forecast_charges.tariff IS 'The tariff that it is on';
COMMENT ON COLUMN provodka.forecast_charges.amount IS 'The sum of the charges';
COMMENT ON COLUMN provodka.forecast_charges.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.forecast_charges.charges IS 'How many there will be';
COMMENT ON COLUMN provodka.forecast_charges.first_charge IS 'The day of the first one';
SELECT provodka_runner.publish('forecast_charges', '{within_days,subscription}');

CREATE OR REPLACE VIEW provodka.forecast_blocks AS
SELECT c.tenant, c.within_days, c.account, a.available, sum(c.amount) AS charges, t.threshold,
       sum(c.amount) + coalesce(t.threshold, 0) - a.available AS missing, min(c.first_charge) AS first_charge, t.currency
FROM provodka.forecast_charges c
JOIN account a ON a.tenant = c.tenant AND a.account = c.account
JOIN tenant t ON t.tenant = c.tenant
GROUP BY c.tenant, c.within_days, c.account, a.available, t.threshold, t.currency
HAVING a.available - sum(c.amount) < coalesce(t.threshold, 0);
COMMENT ON VIEW provodka.forecast_blocks IS 'Accounts whose money will not suffice for the charges within 1, 7 and 30 days';
COMMENT ON COLUMN provodka.forecast_blocks.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.forecast_blocks.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast_blocks.account IS 'The account';
COMMENT ON COLUMN provodka.forecast_blocks.available IS 'What it has now, with its credit limit and a promised payment';
COMMENT ON COLUMN provodka.forecast_blocks.charges IS 'The sum of the charges to come';
COMMENT ON COLUMN provodka.forecast_blocks.threshold IS 'What has to be left on it for its services to be on';
COMMENT ON COLUMN provodka.forecast_blocks.first_charge IS 'The day of the first one';
COMMENT ON COLUMN provodka.forecast_blocks.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.forecast_blocks.missing IS 'What would have to come in';
SELECT provodka_runner.publish('forecast_blocks', '{within_days,account}');

CREATE OR REPLACE VIEW provodka.forecast AS
SELECT c.tenant, c.within_days, sum(c.charges)::bigint AS charges, sum(c.amount) AS amount,
       count(DISTINCT c.account) AS accounts,
       (SELECT count(*) FROM provodka.forecast_blocks b WHERE b.tenant = c.tenant AND b.within_days = c.within_days) AS blocks,
       c.currency
FROM provodka.forecast_charges c GROUP BY c.tenant, c.within_days, c.currency;
COMMENT ON VIEW provodka.forecast IS 'Charges and blocks to come within 1, 7 and 30 days';
COMMENT ON COLUMN provodka.forecast.tenant IS 'The provider';
COMMENT ON COLUMN provodka.forecast.within_days IS '1, 7 or 30 days from today';
COMMENT ON COLUMN provodka.forecast.charges IS 'How many there will be';
COMMENT ON COLUMN provodka.forecast.amount IS 'Their sum';
COMMENT ON COLUMN provodka.forecast.accounts IS 'How many accounts will be charged';
COMMENT ON COLUMN provodka.forecast.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.forecast.blocks IS 'Accounts whose money will not suffice if nothing comes in';
SELECT provodka_runner.publish('forecast', '{within_days}');

CREATE OR REPLACE VIEW provodka.unbilled AS
SELECT s.tenant, s.subscription, s.account, s.service, s.tariff, s.price,
       CASE WHEN s.price = 0 THEN 'at no price' ELSE 'on a closed tariff' END AS finding, f.closed
FROM subscription s LEFT JOIN tariff f ON f.tenant = s.tenant AND f.tariff = s.tariff
WHERE s.state = 'running' AND (s.price = 0 OR f.closed IS NOT NULL);
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
