CREATE OR REPLACE VIEW provodka.turnover AS
SELECT m.tenant, m.account, m.month, m.currency, m.opening, m.charged, m.credited, m.paid, m.adjusted,
       m.transferred, m.written_off, m.paid_out, m.closing, true AS frozen
FROM movement m WHERE m.closing IS NOT NULL
UNION ALL
SELECT o.tenant, o.account, o.month, o.currency, o.closing - o.moved, o.charged, o.credited, o.paid, o.adjusted,
       o.transferred, o.written_off, o.paid_out, o.closing, false
FROM (SELECT m.tenant, m.account, m.month, m.currency, m.charged, m.credited, m.paid, m.adjusted, m.transferred,
             m.written_off, m.paid_out, m.moved,
             coalesce(c.closing, 0) + sum(m.moved) OVER (PARTITION BY m.tenant, m.account ORDER BY m.month) AS closing
      FROM tenant t
      JOIN movement m ON m.tenant = t.tenant AND m.month >= t.open_from
      LEFT JOIN LATERAL (SELECT p.closing FROM movement p
                         WHERE p.tenant = m.tenant AND p.account = m.account AND p.month < t.open_from
                         ORDER BY p.month DESC LIMIT 1) c ON true) AS o;
COMMENT ON VIEW provodka.turnover IS 'What each account had, what moved and what it had then, in every month with a movement; closing = opening - charged + credited + paid + adjusted + transferred + written_off - paid_out';
COMMENT ON COLUMN provodka.turnover.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.turnover.account IS 'The subscriber''s account';
COMMENT ON COLUMN provodka.turnover.month IS 'The first day of the month of the business dates';
COMMENT ON COLUMN provodka.turnover.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.turnover.opening IS 'The balance before the month; positive is the subscriber''s credit';
COMMENT ON COLUMN provodka.turnover.charged IS 'What was charged; takes from the balance';
COMMENT ON COLUMN provodka.turnover.credited IS 'What was given back of charges';
COMMENT ON COLUMN provodka.turnover.paid IS 'Payments, less those that were taken back or moved away';
COMMENT ON COLUMN provodka.turnover.adjusted IS 'Corrections by hand, of either sign';
COMMENT ON COLUMN provodka.turnover.transferred IS 'Transfers from other accounts less those to them';
COMMENT ON COLUMN provodka.turnover.written_off IS 'Debt that was given up';
COMMENT ON COLUMN provodka.turnover.paid_out IS 'What was paid out when the account was closed; takes from the balance';
COMMENT ON COLUMN provodka.turnover.closing IS 'The balance at the end of the month, or now';
COMMENT ON COLUMN provodka.turnover.frozen IS 'The month is closed: none of this changes any more';

CREATE OR REPLACE VIEW provodka.turnover_months AS
SELECT s.tenant, s.month, s.currency, s.accounts, s.closing - s.moved AS opening, s.charged, s.credited, s.paid,
       s.adjusted, s.transferred, s.written_off, s.paid_out, s.closing, s.month < t.open_from AS frozen
FROM (SELECT m.tenant, m.month, m.currency, count(*) AS accounts, sum(m.charged) AS charged, sum(m.credited) AS credited,
             sum(m.paid) AS paid, sum(m.adjusted) AS adjusted, sum(m.transferred) AS transferred,
             sum(m.written_off) AS written_off, sum(m.paid_out) AS paid_out, sum(m.moved) AS moved,
             sum(sum(m.moved)) OVER (PARTITION BY m.tenant, m.currency ORDER BY m.month) AS closing
      FROM movement m GROUP BY m.tenant, m.month, m.currency) AS s
JOIN tenant t ON t.tenant = s.tenant;
COMMENT ON VIEW provodka.turnover_months IS 'The turnover of all accounts of a provider together, by month';
COMMENT ON COLUMN provodka.turnover_months.tenant IS 'The provider whose accounts they are';
COMMENT ON COLUMN provodka.turnover_months.month IS 'The first day of the month of the business dates';
COMMENT ON COLUMN provodka.turnover_months.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.turnover_months.accounts IS 'How many accounts had a movement';
COMMENT ON COLUMN provodka.turnover_months.opening IS 'The balances of all accounts before the month';
COMMENT ON COLUMN provodka.turnover_months.charged IS 'What was charged; takes from the balance';
COMMENT ON COLUMN provodka.turnover_months.credited IS 'What was given back of charges';
COMMENT ON COLUMN provodka.turnover_months.paid IS 'Payments, less those that were taken back';
COMMENT ON COLUMN provodka.turnover_months.adjusted IS 'Corrections by hand, of either sign';
COMMENT ON COLUMN provodka.turnover_months.transferred IS 'Transfers between accounts: they make zero';
COMMENT ON COLUMN provodka.turnover_months.written_off IS 'Debt that was given up';
COMMENT ON COLUMN provodka.turnover_months.paid_out IS 'What was paid out when accounts were closed; takes from the balance';
COMMENT ON COLUMN provodka.turnover_months.closing IS 'The balances of all accounts at the end of the month, or now';
COMMENT ON COLUMN provodka.turnover_months.frozen IS 'The month is closed: none of this changes any more';

CREATE OR REPLACE VIEW provodka.closed_months AS
SELECT c.tenant, c.month, c.month < t.open_from AS frozen, c.closed_at, c.closed_by, c.checkpoint_size, c.checkpoint_root,
       c.reopened_at, c.reopened_by, c.reason
FROM closing c JOIN tenant t ON t.tenant = c.tenant;
COMMENT ON VIEW provodka.closed_months IS 'Months that were closed or opened again, and by whom; closing a month closes all before it';
COMMENT ON COLUMN provodka.closed_months.tenant IS 'The provider whose books they are';
COMMENT ON COLUMN provodka.closed_months.month IS 'The first day of the month';
COMMENT ON COLUMN provodka.closed_months.frozen IS 'It is closed now';
COMMENT ON COLUMN provodka.closed_months.closed_at IS 'When it was closed last';
COMMENT ON COLUMN provodka.closed_months.closed_by IS 'Who closed it';
COMMENT ON COLUMN provodka.closed_months.checkpoint_size IS 'So many events were in the tenant''s log under the root beside it';
COMMENT ON COLUMN provodka.closed_months.checkpoint_root IS 'The root of the log''s tree at that size, in base64, as in a checkpoint';
COMMENT ON COLUMN provodka.closed_months.reopened_at IS 'When it was opened again last';
COMMENT ON COLUMN provodka.closed_months.reopened_by IS 'Who opened it again';
COMMENT ON COLUMN provodka.closed_months.reason IS 'Why it was opened again';

CREATE OR REPLACE VIEW provodka.settlements AS
SELECT t.tenant, provodka.today(t.zone) AS day, t.currency,
       count(*) FILTER (WHERE b.balance < 0) AS accounts_in_debt,
       coalesce(-sum(b.balance) FILTER (WHERE b.balance < 0), 0) AS debts,
       count(*) FILTER (WHERE b.balance > 0) AS accounts_in_advance,
       coalesce(sum(b.balance) FILTER (WHERE b.balance > 0), 0) AS advances,
       coalesce(sum(b.balance), 0) AS net
FROM tenant t
LEFT JOIN (SELECT m.tenant, m.account, sum(m.moved) AS balance FROM movement m GROUP BY m.tenant, m.account) AS b
  ON b.tenant = t.tenant
GROUP BY t.tenant, t.zone, t.currency;
COMMENT ON VIEW provodka.settlements IS 'What subscribers owe and what they paid ahead, never set off against each other, as of today';
COMMENT ON COLUMN provodka.settlements.tenant IS 'The provider whose subscribers they are';
COMMENT ON COLUMN provodka.settlements.day IS 'Today, where the provider is';
COMMENT ON COLUMN provodka.settlements.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.settlements.accounts_in_debt IS 'How many accounts are below zero';
COMMENT ON COLUMN provodka.settlements.debts IS 'What they owe together, as a positive number';
COMMENT ON COLUMN provodka.settlements.accounts_in_advance IS 'How many accounts are above zero';
COMMENT ON COLUMN provodka.settlements.advances IS 'What they paid ahead together';
COMMENT ON COLUMN provodka.settlements.net IS 'Advances less debts: the balance of all subscribers in the books';

-- Whole months from their sums, the days of the month that was asked for from the entries. An entry is recorded
-- on its business date or later, so those recorded before the month cannot be in it; two days are more than
-- zones are apart.
CREATE OR REPLACE FUNCTION provodka.settlements_on(of_tenant text, on_day date)
RETURNS TABLE (tenant text, day date, currency text, accounts_in_debt bigint, debts numeric, accounts_in_advance bigint,
               advances numeric, net numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT t.tenant, on_day, t.currency,
         count(*) FILTER (WHERE b.balance < 0),
         coalesce(-sum(b.balance) FILTER (WHERE b.balance < 0), 0),
         count(*) FILTER (WHERE b.balance > 0),
         coalesce(sum(b.balance) FILTER (WHERE b.balance > 0), 0),
         coalesce(sum(b.balance), 0)
  FROM tenant t
  LEFT JOIN (SELECT a.account, sum(a.amount) AS balance
             FROM (SELECT m.account, m.moved AS amount FROM movement m
                   WHERE m.tenant = of_tenant AND m.month < date_trunc('month', on_day::timestamp)::date
                   UNION ALL
                   SELECT e.account, e.amount FROM entry e
                   WHERE e.tenant = of_tenant AND e.day BETWEEN date_trunc('month', on_day::timestamp)::date AND on_day
                     AND e.time >= (date_trunc('month', on_day::timestamp) - interval '2 days') AT TIME ZONE 'UTC') AS a
             GROUP BY a.account) AS b ON true
  WHERE t.tenant = of_tenant
  GROUP BY t.tenant, t.currency;
END;
COMMENT ON FUNCTION provodka.settlements_on(text, date) IS 'What subscribers owed and what they had paid ahead at the end of a business day, by what is known now';

SELECT provodka_runner.publish('turnover', '{account,month}');
SELECT provodka_runner.publish('turnover_months', '{month,currency}');
SELECT provodka_runner.publish('closed_months', '{month}');
SELECT provodka_runner.publish('settlements', '{currency}');
