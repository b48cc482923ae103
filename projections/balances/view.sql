-- The base subscription of an account: the one of the service with the lowest rank that has not ended.
CREATE OR REPLACE VIEW provodka.balances AS
SELECT a.tenant, a.account, a.subscriber, a.label, a.status, a.balance, a.credit_limit, a.available, a.currency,
       a.access,
       coalesce((SELECT array_agg(DISTINCT r ORDER BY r) FROM point p, unnest(p.reasons) r
                 WHERE p.tenant = a.tenant AND p.account = a.account), '{}') AS block_reasons,
       b.subscription, b.service, b.tariff, b.state AS subscription_state, b.price,
       CASE WHEN b.state IN ('pending', 'trial', 'active') THEN b.next_charge END AS next_charge,
       -- The days that are paid for already, and those that the money is enough for.
       CASE WHEN b.state IN ('trial', 'active') THEN least(b.paid_days + coalesce(b.money_days, 0), 36500)::integer END AS days_left,
       a.opened, a.closed, a.version
FROM account a
JOIN tenant t ON t.tenant = a.tenant
LEFT JOIN LATERAL (
  SELECT s.subscription, s.service, s.tariff, s.state, s.price, n.next_charge,
         CASE WHEN s.hour IS NULL THEN greatest(n.next_charge - provodka.today(t.zone), 0) ELSE 0 END AS paid_days,
         CASE WHEN s.price > 0 AND s.period_to IS NOT NULL THEN
           CASE WHEN f.period = 'hour' THEN floor(m.spare / (24 * s.price))
                WHEN f.mode = 'spread' THEN floor(m.spare * m.days / s.price)
                -- The period that runs is to be paid for first.
                WHEN f.mode = 'arrears' THEN greatest(floor(m.spare / s.price) - 1, 0) * m.days
                ELSE floor(m.spare / s.price) * m.days END END AS money_days
  FROM subscription s
  LEFT JOIN service v ON v.tenant = s.tenant AND v.service = s.service
  LEFT JOIN tariff f ON f.tenant = s.tenant AND f.tariff = s.tariff
  CROSS JOIN LATERAL (
    SELECT CASE WHEN s.hour IS NULL THEN s.next_charge + coalesce(s.moved_days, 0)
                -- What is used today is posted when the day is over; ahead, an hour follows the other.
                ELSE (s.hour AT TIME ZONE t.zone)::date + CASE WHEN f.mode = 'hourly' THEN 1 ELSE 0 END END AS next_charge) n
  CROSS JOIN LATERAL (SELECT greatest(a.available - coalesce(t.threshold, 0), 0) AS spare,
                             s.period_to - s.period_from + 1 AS days) m
  WHERE s.tenant = a.tenant AND s.account = a.account AND s.state <> 'ended'
  ORDER BY v.rank, s.subscription LIMIT 1) b ON true;
COMMENT ON VIEW provodka.balances IS 'Every account as it is now';
COMMENT ON COLUMN provodka.balances.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.balances.account IS 'The account';
COMMENT ON COLUMN provodka.balances.subscriber IS 'Whose it is; an account need not be anybody''s';
COMMENT ON COLUMN provodka.balances.label IS 'The name under which the provider shows it';
COMMENT ON COLUMN provodka.balances.status IS 'open or closed';
COMMENT ON COLUMN provodka.balances.credit_limit IS 'How far below zero it may go';
COMMENT ON COLUMN provodka.balances.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.balances.service IS 'Of the base subscription';
COMMENT ON COLUMN provodka.balances.tariff IS 'Of the base subscription';
COMMENT ON COLUMN provodka.balances.subscription_state IS 'Of the base subscription: pending, trial, active or off';
COMMENT ON COLUMN provodka.balances.opened IS 'The day on which it was opened';
COMMENT ON COLUMN provodka.balances.closed IS 'The day on which it was closed';
COMMENT ON COLUMN provodka.balances.balance IS 'Positive is the subscriber''s credit, negative what is owed';
COMMENT ON COLUMN provodka.balances.available IS 'Balance, credit limit and promised payment together';
COMMENT ON COLUMN provodka.balances.access IS 'on while any access point of the account is wanted on';
COMMENT ON COLUMN provodka.balances.block_reasons IS 'Why access points of the account are off';
COMMENT ON COLUMN provodka.balances.subscription IS 'Of the base service; the others are in provodka.subscriptions';
COMMENT ON COLUMN provodka.balances.price IS 'Of the whole period as it was charged last, or of an hour';
COMMENT ON COLUMN provodka.balances.next_charge IS 'The day of the next charge of the base subscription; null while it is off';
COMMENT ON COLUMN provodka.balances.days_left IS
  'Days that are paid for or that the money above the threshold is enough for, at the price of the last charge, 36500 at most; in a trial what is left of it';
COMMENT ON COLUMN provodka.balances.version IS 'The sequence of the last event that touched the account';
SELECT provodka_runner.publish('balances', '{account}');

CREATE OR REPLACE VIEW provodka.subscriptions AS
SELECT s.tenant, s.subscription, s.account, s.service, s.tariff, s.version AS tariff_version, s.state,
       CASE WHEN s.state = 'off' THEN s.why END AS why, s.price, t.currency,
       s.period_from + m.days AS period_from, s.period_to + m.days AS period_to, s.paid_to + m.days AS paid_to,
       CASE WHEN s.state NOT IN ('pending', 'trial', 'active') THEN NULL
            WHEN s.hour IS NULL THEN s.next_charge + m.days
            ELSE (s.hour AT TIME ZONE t.zone)::date + CASE WHEN f.mode = 'hourly' THEN 1 ELSE 0 END END AS next_charge,
       s.ends
FROM subscription s
JOIN tenant t ON t.tenant = s.tenant
LEFT JOIN tariff f ON f.tenant = s.tenant AND f.tariff = s.tariff
CROSS JOIN LATERAL (SELECT coalesce(s.moved_days, 0) AS days) m;
COMMENT ON VIEW provodka.subscriptions IS 'Every subscription as it is now';
COMMENT ON COLUMN provodka.subscriptions.tenant IS 'The provider whose subscription it is';
COMMENT ON COLUMN provodka.subscriptions.subscription IS 'The subscription';
COMMENT ON COLUMN provodka.subscriptions.account IS 'Whose it is';
COMMENT ON COLUMN provodka.subscriptions.service IS 'What it is of';
COMMENT ON COLUMN provodka.subscriptions.tariff IS 'The tariff that it is on';
COMMENT ON COLUMN provodka.subscriptions.tariff_version IS 'The version of the tariff that was charged last';
COMMENT ON COLUMN provodka.subscriptions.price IS 'Of the whole period as it was charged last, or of an hour';
COMMENT ON COLUMN provodka.subscriptions.currency IS 'Of the price';
COMMENT ON COLUMN provodka.subscriptions.period_from IS 'The first day of the period that was charged last; freezes move it';
COMMENT ON COLUMN provodka.subscriptions.period_to IS 'The last day of that period';
COMMENT ON COLUMN provodka.subscriptions.state IS 'pending, trial, active, off or ended';
COMMENT ON COLUMN provodka.subscriptions.why IS 'Why it is off';
COMMENT ON COLUMN provodka.subscriptions.paid_to IS 'The last day that was charged; freezes move it';
COMMENT ON COLUMN provodka.subscriptions.next_charge IS 'The day of the next charge; null while it is off';
COMMENT ON COLUMN provodka.subscriptions.ends IS 'The first day without it, where it was cancelled';
SELECT provodka_runner.publish('subscriptions', '{subscription}');

CREATE OR REPLACE VIEW provodka.balance_days AS
SELECT d.tenant, d.account, d.day, d.amount, d.entries, d.currency FROM day d;
COMMENT ON VIEW provodka.balance_days IS 'By how much a balance changed on a day, by business date';
COMMENT ON COLUMN provodka.balance_days.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.balance_days.account IS 'The account';
COMMENT ON COLUMN provodka.balance_days.day IS 'The business date';
COMMENT ON COLUMN provodka.balance_days.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.balance_days.amount IS 'Positive is the subscriber''s';
COMMENT ON COLUMN provodka.balance_days.entries IS 'How many entries that were';
SELECT provodka_runner.publish('balance_days', '{account,day}');

CREATE OR REPLACE FUNCTION provodka.balances_on(wanted_tenant text, on_day date)
RETURNS TABLE (account text, balance numeric, currency text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
-- Bound to the tables by identity, as views are: a query that began before a rebuild was swapped in goes on with the old ones.
BEGIN ATOMIC
  SELECT a.account, coalesce(sum(d.amount), 0), a.currency
  FROM account a LEFT JOIN day d ON d.tenant = a.tenant AND d.account = a.account AND d.day <= on_day
  WHERE a.tenant = wanted_tenant GROUP BY a.tenant, a.account, a.currency ORDER BY a.account;
END;
COMMENT ON FUNCTION provodka.balances_on(text, date) IS 'The balances at the end of a day, by business date, as known now';
