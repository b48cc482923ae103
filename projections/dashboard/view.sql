CREATE OR REPLACE VIEW provodka.dashboard AS
SELECT d.tenant, d.day, d.currency,
       coalesce(sum(h.active) OVER w, 0)::bigint AS active,
       coalesce(sum(h.off) OVER w, 0)::bigint AS off,
       coalesce(sum(h.frozen) OVER w, 0)::bigint AS frozen,
       coalesce(h.new, 0) AS new, coalesce(h.blocked, 0) AS blocked,
       coalesce(h.returned, 0) AS returned, coalesce(h.churned, 0) AS churned,
       coalesce(h.payments, 0) AS payments, round(coalesce(h.paid, 0), d.decimals) AS paid,
       round(coalesce(h.reversed, 0), d.decimals) AS reversed, round(coalesce(h.paid_out, 0), d.decimals) AS paid_out,
       round(coalesce(h.charges, 0), d.decimals) AS charges, round(coalesce(h.credits, 0), d.decimals) AS credits,
       round(coalesce(sum(h.debt) OVER w, 0), d.decimals) AS debt,
       round((coalesce(h.charges, 0) - coalesce(h.credits, 0)) / nullif(sum(h.active) OVER w, 0), d.decimals) AS arpu
FROM (SELECT t.tenant, t.currency, t.decimals, t.since + n AS day
      FROM tenant t CROSS JOIN LATERAL generate_series(0, provodka.today(t.zone) - t.since) n) d
LEFT JOIN (SELECT tenant, day, sum(active)::bigint AS active, sum(off)::bigint AS off, sum(frozen)::bigint AS frozen,
                  sum(new)::bigint AS new, sum(blocked)::bigint AS blocked, sum(returned)::bigint AS returned,
                  sum(churned)::bigint AS churned, sum(payments)::bigint AS payments, sum(paid) AS paid,
                  sum(reversed) AS reversed, sum(paid_out) AS paid_out, sum(charges) AS charges, sum(credits) AS credits,
                  sum(debt) AS debt
           FROM hour GROUP BY tenant, day) h ON h.tenant = d.tenant AND h.day = d.day
WINDOW w AS (PARTITION BY d.tenant ORDER BY d.day);
COMMENT ON VIEW provodka.dashboard IS
  'The business day by day: subscribers, money in, what was charged and what is owed. A day is the one on which things were recorded';
COMMENT ON COLUMN provodka.dashboard.tenant IS 'The provider';
COMMENT ON COLUMN provodka.dashboard.day IS 'In the provider''s time zone; every day up to today';
COMMENT ON COLUMN provodka.dashboard.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.dashboard.active IS 'Accounts with a running subscription, paid or on trial, at the end of the day';
COMMENT ON COLUMN provodka.dashboard.off IS 'Accounts whose subscriptions are off, unpaid or blocked, at the end of the day';
COMMENT ON COLUMN provodka.dashboard.frozen IS 'Accounts that are frozen at their own wish at the end of the day';
COMMENT ON COLUMN provodka.dashboard.new IS 'Accounts that ran a subscription for the first time ever';
COMMENT ON COLUMN provodka.dashboard.blocked IS 'Accounts that stopped running, unpaid or blocked';
COMMENT ON COLUMN provodka.dashboard.returned IS 'Accounts that ran again after having been off or gone';
COMMENT ON COLUMN provodka.dashboard.churned IS 'Accounts whose last subscription ended';
COMMENT ON COLUMN provodka.dashboard.payments IS 'Number of payments that came in, those without an account included';
COMMENT ON COLUMN provodka.dashboard.paid IS 'Sum of those payments';
COMMENT ON COLUMN provodka.dashboard.reversed IS 'Payments that were taken back';
COMMENT ON COLUMN provodka.dashboard.paid_out IS 'Paid out of accounts that were closed';
COMMENT ON COLUMN provodka.dashboard.charges IS 'Charged to accounts, VAT included';
COMMENT ON COLUMN provodka.dashboard.credits IS 'Given back of charges, VAT included';
COMMENT ON COLUMN provodka.dashboard.debt IS 'What all accounts below zero owe together at the end of the day';
COMMENT ON COLUMN provodka.dashboard.arpu IS 'Charges less credits of the day for each active account';

CREATE OR REPLACE VIEW provodka.dashboard_hours AS
WITH today AS MATERIALIZED (
  SELECT t.tenant, t.currency, t.decimals, t.zone, provodka.today(t.zone) AS day FROM tenant t
), before AS (
  SELECT d.tenant, coalesce(sum(h.active), 0) AS active, coalesce(sum(h.off), 0) AS off, coalesce(sum(h.frozen), 0) AS frozen,
         coalesce(sum(h.debt), 0) AS debt
  FROM today d LEFT JOIN hour h ON h.tenant = d.tenant AND h.day < d.day GROUP BY d.tenant
), hours AS (
  SELECT h.tenant, h.hour FROM today d JOIN hour h ON h.tenant = d.tenant AND h.day = d.day
  UNION
  SELECT d.tenant, d.day::timestamp AT TIME ZONE d.zone + n * interval '1 hour' FROM today d CROSS JOIN generate_series(0, 24) n
  WHERE d.day::timestamp AT TIME ZONE d.zone + n * interval '1 hour'
        <= least(now(), (d.day + 1)::timestamp AT TIME ZONE d.zone - interval '1 second')
)
SELECT d.tenant, s.hour, to_char(s.hour AT TIME ZONE d.zone, 'HH24:MI') AS local_time, d.currency,
       (b.active + coalesce(sum(h.active) OVER w, 0))::bigint AS active,
       (b.off + coalesce(sum(h.off) OVER w, 0))::bigint AS off,
       (b.frozen + coalesce(sum(h.frozen) OVER w, 0))::bigint AS frozen,
       coalesce(h.new, 0) AS new, coalesce(h.blocked, 0) AS blocked,
       coalesce(h.returned, 0) AS returned, coalesce(h.churned, 0) AS churned,
       coalesce(h.payments, 0) AS payments, round(coalesce(h.paid, 0), d.decimals) AS paid,
       round(coalesce(h.reversed, 0), d.decimals) AS reversed, round(coalesce(h.paid_out, 0), d.decimals) AS paid_out,
       round(coalesce(h.charges, 0), d.decimals) AS charges, round(coalesce(h.credits, 0), d.decimals) AS credits,
       round(b.debt + coalesce(sum(h.debt) OVER w, 0), d.decimals) AS debt
FROM hours s JOIN today d USING (tenant) JOIN before b USING (tenant)
LEFT JOIN hour h ON h.tenant = s.tenant AND h.day = d.day AND h.hour = s.hour
WINDOW w AS (PARTITION BY d.tenant ORDER BY s.hour);
COMMENT ON VIEW provodka.dashboard_hours IS 'Today''s figures of the dashboard hour by hour';
COMMENT ON COLUMN provodka.dashboard_hours.tenant IS 'The provider';
COMMENT ON COLUMN provodka.dashboard_hours.hour IS 'When the hour begins; every hour of the provider''s today up to now';
COMMENT ON COLUMN provodka.dashboard_hours.local_time IS 'The same as the provider''s clocks show it';
COMMENT ON COLUMN provodka.dashboard_hours.active IS 'Accounts with a running subscription, paid or on trial, at the end of the hour';
COMMENT ON COLUMN provodka.dashboard_hours.off IS 'Accounts whose subscriptions are off, unpaid or blocked, at the end of the hour';
COMMENT ON COLUMN provodka.dashboard_hours.frozen IS 'Accounts that are frozen at their own wish at the end of the hour';
COMMENT ON COLUMN provodka.dashboard_hours.new IS 'Accounts that ran a subscription for the first time ever';
COMMENT ON COLUMN provodka.dashboard_hours.blocked IS 'Accounts that stopped running, unpaid or blocked';
COMMENT ON COLUMN provodka.dashboard_hours.returned IS 'Accounts that ran again after having been off or gone';
COMMENT ON COLUMN provodka.dashboard_hours.churned IS 'Accounts whose last subscription ended';
COMMENT ON COLUMN provodka.dashboard_hours.payments IS 'Number of payments that came in';
COMMENT ON COLUMN provodka.dashboard_hours.paid IS 'Sum of those payments';
COMMENT ON COLUMN provodka.dashboard_hours.reversed IS 'Payments that were taken back';
COMMENT ON COLUMN provodka.dashboard_hours.paid_out IS 'Paid out of accounts that were closed';
COMMENT ON COLUMN provodka.dashboard_hours.charges IS 'Charged to accounts, VAT included';
COMMENT ON COLUMN provodka.dashboard_hours.credits IS 'Given back of charges, VAT included';
COMMENT ON COLUMN provodka.dashboard_hours.debt IS 'What all accounts below zero owe together at the end of the hour';
COMMENT ON COLUMN provodka.dashboard_hours.currency IS 'Of all amounts';

CREATE OR REPLACE VIEW provodka.dashboard_months AS
SELECT m.tenant, m.month, m.currency, m.through, m.active, m.off, m.frozen, round(m.average_active, 1) AS average_active,
       m.new, m.blocked, m.returned, m.churned, m.payments, m.paid, m.reversed, m.paid_out, m.charges, m.credits, m.debt,
       round((m.charges - m.credits) / nullif(m.average_active, 0), t.decimals) AS arpu
FROM (SELECT d.tenant, date_trunc('month', d.day::timestamp)::date AS month, d.currency, max(d.day) AS through,
             (array_agg(d.active ORDER BY d.day DESC))[1] AS active, (array_agg(d.off ORDER BY d.day DESC))[1] AS off,
             (array_agg(d.frozen ORDER BY d.day DESC))[1] AS frozen, avg(coalesce(d.active, 0)) AS average_active,
             sum(d.new)::bigint AS new, sum(d.blocked)::bigint AS blocked, sum(d.returned)::bigint AS returned,
             sum(d.churned)::bigint AS churned, sum(d.payments)::bigint AS payments, sum(d.paid) AS paid,
             sum(d.reversed) AS reversed, sum(d.paid_out) AS paid_out, sum(d.charges) AS charges, sum(d.credits) AS credits,
             (array_agg(d.debt ORDER BY d.day DESC))[1] AS debt
      FROM provodka.dashboard d GROUP BY d.tenant, date_trunc('month', d.day::timestamp)::date, d.currency) m
JOIN tenant t USING (tenant);
COMMENT ON VIEW provodka.dashboard_months IS 'The dashboard by month; of the present month up to today';
COMMENT ON COLUMN provodka.dashboard_months.tenant IS 'The provider';
COMMENT ON COLUMN provodka.dashboard_months.month IS 'Its first day';
COMMENT ON COLUMN provodka.dashboard_months.through IS 'Its last day, or today';
COMMENT ON COLUMN provodka.dashboard_months.active IS 'Accounts with a running subscription on that last day';
COMMENT ON COLUMN provodka.dashboard_months.off IS 'Accounts whose subscriptions were off, unpaid or blocked, on that last day';
COMMENT ON COLUMN provodka.dashboard_months.frozen IS 'Accounts that were frozen at their own wish on that last day';
COMMENT ON COLUMN provodka.dashboard_months.average_active IS 'Active accounts at the ends of its days so far, on average';
COMMENT ON COLUMN provodka.dashboard_months.new IS 'Accounts that ran a subscription for the first time ever';
COMMENT ON COLUMN provodka.dashboard_months.blocked IS 'How often an account stopped running, unpaid or blocked';
COMMENT ON COLUMN provodka.dashboard_months.returned IS 'How often an account ran again after having been off or gone';
COMMENT ON COLUMN provodka.dashboard_months.churned IS 'Accounts whose last subscription ended';
COMMENT ON COLUMN provodka.dashboard_months.debt IS 'What all accounts below zero owed together on that last day';
COMMENT ON COLUMN provodka.dashboard_months.arpu IS 'Charges less credits so far for each account of average_active';
COMMENT ON COLUMN provodka.dashboard_months.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.dashboard_months.payments IS 'Number of payments that came in';
COMMENT ON COLUMN provodka.dashboard_months.paid IS 'Sum of those payments';
COMMENT ON COLUMN provodka.dashboard_months.reversed IS 'Payments that were taken back';
COMMENT ON COLUMN provodka.dashboard_months.paid_out IS 'Paid out of accounts that were closed';
COMMENT ON COLUMN provodka.dashboard_months.charges IS 'Charged to accounts, VAT included';
COMMENT ON COLUMN provodka.dashboard_months.credits IS 'Given back of charges, VAT included';

CREATE OR REPLACE VIEW provodka.payments_by_provider AS
SELECT p.tenant, p.day, p.provider, t.currency, p.payments, round(p.amount, t.decimals) AS amount, p.reversals,
       round(p.reversed, t.decimals) AS reversed, round(p.amount - p.reversed, t.decimals) AS net
FROM provider_day p JOIN tenant t USING (tenant);
COMMENT ON VIEW provodka.payments_by_provider IS 'What each payment provider brought and took back, by the day on which it was recorded';
COMMENT ON COLUMN provodka.payments_by_provider.tenant IS 'The provider of internet whose subscribers paid';
COMMENT ON COLUMN provodka.payments_by_provider.day IS 'In its time zone';
COMMENT ON COLUMN provodka.payments_by_provider.provider IS 'Of payments: a till, a bank, an acquirer';
COMMENT ON COLUMN provodka.payments_by_provider.payments IS 'Their number, those without an account included';
COMMENT ON COLUMN provodka.payments_by_provider.amount IS 'Their sum';
COMMENT ON COLUMN provodka.payments_by_provider.reversals IS 'How often a payment was taken back, wholly or in part';
COMMENT ON COLUMN provodka.payments_by_provider.reversed IS 'The sum of that';
COMMENT ON COLUMN provodka.payments_by_provider.net IS 'amount less reversed';
COMMENT ON COLUMN provodka.payments_by_provider.currency IS 'Of all amounts';

SELECT provodka_runner.publish('dashboard', '{day}');
SELECT provodka_runner.publish('dashboard_hours', '{hour}');
SELECT provodka_runner.publish('dashboard_months', '{month}');
SELECT provodka_runner.publish('payments_by_provider', '{day,provider}');
