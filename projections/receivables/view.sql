CREATE OR REPLACE VIEW provodka.receivables AS
SELECT a.tenant, a.account, a.label, a.subscriber, a.debt, t.currency, a.since, o.oldest, t.day - o.oldest AS days,
       o.days_0_30, o.days_31_60, o.days_61_90, o.days_over_90, coalesce(a.closed, false) AS closed
FROM account a
-- For each account in turn, so that the largest debts come from the index and the others are not aged at all.
CROSS JOIN LATERAL (
  SELECT t.currency, t.decimals, provodka.today(t.zone) AS day FROM tenant t WHERE t.tenant = a.tenant OFFSET 0) t
CROSS JOIN LATERAL (
  SELECT min(d.day) AS oldest,
         round(coalesce(sum(d.owed) FILTER (WHERE t.day - d.day <= 30), 0), t.decimals) AS days_0_30,
         round(coalesce(sum(d.owed) FILTER (WHERE t.day - d.day BETWEEN 31 AND 60), 0), t.decimals) AS days_31_60,
         round(coalesce(sum(d.owed) FILTER (WHERE t.day - d.day BETWEEN 61 AND 90), 0), t.decimals) AS days_61_90,
         round(coalesce(sum(d.owed) FILTER (WHERE t.day - d.day > 90), 0), t.decimals) AS days_over_90
  FROM (SELECT n.day, least(n.amount, a.debt - n.newer) AS owed
        FROM (SELECT b.day, b.amount, sum(b.amount) OVER (ORDER BY b.day DESC) - b.amount AS newer
              FROM debit b WHERE b.tenant = a.tenant AND b.account = a.account AND b.began = a.began) n
        WHERE n.newer < a.debt) d) o
WHERE a.debt > 0;
COMMENT ON VIEW provodka.receivables IS
  'Who owes how much now, by age. Payments cover the oldest charges, so that what is owed is what was charged last';
COMMENT ON COLUMN provodka.receivables.tenant IS 'The provider who is owed';
COMMENT ON COLUMN provodka.receivables.label IS 'The account''s label';
COMMENT ON COLUMN provodka.receivables.subscriber IS 'Whose account it is';
COMMENT ON COLUMN provodka.receivables.debt IS 'The balance, where it is below zero, without its sign';
COMMENT ON COLUMN provodka.receivables.since IS 'The business date on which the account went below zero and has been since';
COMMENT ON COLUMN provodka.receivables.oldest IS 'The business date of the oldest charge that is still owed, or of a part of it';
COMMENT ON COLUMN provodka.receivables.days IS 'The age of that in days';
COMMENT ON COLUMN provodka.receivables.days_0_30 IS 'Of the debt: what was charged in the last 30 days';
COMMENT ON COLUMN provodka.receivables.days_31_60 IS 'Of the debt: what was charged 31 to 60 days ago';
COMMENT ON COLUMN provodka.receivables.days_61_90 IS 'Of the debt: what was charged 61 to 90 days ago';
COMMENT ON COLUMN provodka.receivables.days_over_90 IS 'Of the debt: what was charged more than 90 days ago';
COMMENT ON COLUMN provodka.receivables.closed IS 'The account is closed, and a reversal left it with a debt';
COMMENT ON COLUMN provodka.receivables.account IS 'The account that owes it';
COMMENT ON COLUMN provodka.receivables.currency IS 'Of all amounts';

CREATE OR REPLACE VIEW provodka.receivables_ageing AS
WITH today AS MATERIALIZED (SELECT t.tenant, t.currency, t.decimals, provodka.today(t.zone) AS day FROM tenant t)
SELECT t.tenant, b.bucket, t.currency, round(coalesce(s.debt, 0), t.decimals) AS debt, coalesce(s.accounts, 0) AS accounts
FROM today t
CROSS JOIN (VALUES (1, '0-30'), (2, '31-60'), (3, '61-90'), (4, 'over 90')) b (place, bucket)
LEFT JOIN (
  SELECT d.tenant, d.place, sum(d.owed) AS debt, count(DISTINCT d.account) AS accounts
  FROM (SELECT n.tenant, n.account, least(n.amount, n.debt - n.newer) AS owed,
               CASE WHEN t.day - n.day <= 30 THEN 1 WHEN t.day - n.day <= 60 THEN 2 WHEN t.day - n.day <= 90 THEN 3 ELSE 4 END AS place
        FROM (SELECT a.tenant, a.account, a.debt, r.day, r.amount,
                     sum(r.amount) OVER (PARTITION BY a.tenant, a.account ORDER BY r.day DESC) - r.amount AS newer
              FROM account a JOIN debit r ON r.tenant = a.tenant AND r.account = a.account AND r.began = a.began
              WHERE a.debt > 0) n JOIN today t ON t.tenant = n.tenant
        WHERE n.newer < n.debt) d
  GROUP BY d.tenant, d.place) s ON s.tenant = t.tenant AND s.place = b.place;
COMMENT ON VIEW provodka.receivables_ageing IS 'What is owed now by its age; the four rows of a provider add up to all its debts';
COMMENT ON COLUMN provodka.receivables_ageing.tenant IS 'The provider who is owed';
COMMENT ON COLUMN provodka.receivables_ageing.bucket IS 'Age in days: 0-30, 31-60, 61-90, over 90';
COMMENT ON COLUMN provodka.receivables_ageing.debt IS 'What is owed of that age';
COMMENT ON COLUMN provodka.receivables_ageing.accounts IS 'How many accounts owe some of it; an account can be in several rows';
COMMENT ON COLUMN provodka.receivables_ageing.currency IS 'Of all amounts';

CREATE OR REPLACE VIEW provodka.promises AS
SELECT p.tenant, p.sequence, p.account, a.label, p.given, p.given_on, p.until, p.amount, t.currency,
       coalesce(p.outcome, 'standing') AS outcome, p.ended, p.ended_on, p.actor
FROM promise p JOIN tenant t ON t.tenant = p.tenant LEFT JOIN account a ON a.tenant = p.tenant AND a.account = p.account;
COMMENT ON VIEW provodka.promises IS 'Promised payments: money that was lent until a day, and whether it was paid by then';
COMMENT ON COLUMN provodka.promises.tenant IS 'The provider who lent it';
COMMENT ON COLUMN provodka.promises.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.promises.label IS 'The account''s label';
COMMENT ON COLUMN provodka.promises.given IS 'When it was promised';
COMMENT ON COLUMN provodka.promises.given_on IS 'The business date of that';
COMMENT ON COLUMN provodka.promises.until IS 'It is over when this day begins';
COMMENT ON COLUMN provodka.promises.amount IS 'What was lent';
COMMENT ON COLUMN provodka.promises.outcome IS 'standing, kept (so much was paid) or broken';
COMMENT ON COLUMN provodka.promises.ended IS 'When it was kept or broken';
COMMENT ON COLUMN provodka.promises.actor IS 'Who gave it';
COMMENT ON COLUMN provodka.promises.account IS 'Who promised';
COMMENT ON COLUMN provodka.promises.currency IS 'Of the amount';
COMMENT ON COLUMN provodka.promises.ended_on IS 'The business date of that';

CREATE OR REPLACE VIEW provodka.suspense AS
SELECT s.tenant, s.provider, s.external_id, s.left_over AS amount, s.amount AS received, t.currency, s.since, s.effective, s.account, s.note,
       s.sequence
FROM suspended s JOIN tenant t ON t.tenant = s.tenant
WHERE s.left_over > 0;
COMMENT ON VIEW provodka.suspense IS 'Payments for an account that was unknown or closed; they wait for somebody to say whose they are';
COMMENT ON COLUMN provodka.suspense.tenant IS 'Whose subscriber paid';
COMMENT ON COLUMN provodka.suspense.provider IS 'Of payments: a till, a bank, an acquirer';
COMMENT ON COLUMN provodka.suspense.external_id IS 'The payment''s number there';
COMMENT ON COLUMN provodka.suspense.amount IS 'What is left of it to be assigned';
COMMENT ON COLUMN provodka.suspense.received IS 'What was paid';
COMMENT ON COLUMN provodka.suspense.since IS 'When it was recorded';
COMMENT ON COLUMN provodka.suspense.effective IS 'Its business date';
COMMENT ON COLUMN provodka.suspense.account IS 'The account that was named';
COMMENT ON COLUMN provodka.suspense.sequence IS 'The number of the payment''s event in the tenant''s log';
COMMENT ON COLUMN provodka.suspense.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.suspense.note IS 'What was written beside the payment';

SELECT provodka_runner.publish('receivables', '{account}');
SELECT provodka_runner.publish('receivables_ageing', '{bucket}');
SELECT provodka_runner.publish('promises', '{sequence}');
SELECT provodka_runner.publish('suspense', '{provider,external_id}');
