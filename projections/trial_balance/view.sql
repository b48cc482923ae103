CREATE OR REPLACE VIEW provodka.trial_balance_days AS
SELECT m.tenant, m.day, m.kind || coalesce('/' || nullif(m.name, ''), '') AS account, m.kind, nullif(m.name, '') AS name,
       m.currency, m.debit, m.credit, m.debit - m.credit AS net
FROM movement m;
COMMENT ON VIEW provodka.trial_balance_days IS 'What each ledger account moved on each business day; the accounts of all subscribers are one';
COMMENT ON COLUMN provodka.trial_balance_days.tenant IS 'The provider whose books they are';
COMMENT ON COLUMN provodka.trial_balance_days.day IS 'The business date of the entries';
COMMENT ON COLUMN provodka.trial_balance_days.account IS 'The ledger account: customer for all subscribers together, else kind/name such as clearing/cash';
COMMENT ON COLUMN provodka.trial_balance_days.kind IS 'customer, clearing, revenue, deferred, tax, adjustment, receivable, suspense or writeoff';
COMMENT ON COLUMN provodka.trial_balance_days.name IS 'Which one of its kind: the payment provider, the service, the tax, the reason';
COMMENT ON COLUMN provodka.trial_balance_days.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.trial_balance_days.debit IS 'The sum of the debits';
COMMENT ON COLUMN provodka.trial_balance_days.credit IS 'The sum of the credits';
COMMENT ON COLUMN provodka.trial_balance_days.net IS 'Debits less credits, so that assets are positive and what is owed and earned is negative';

-- The account as the export for hledger names it: letters, digits and . _ - as they are, else %XX for each byte.
CREATE OR REPLACE VIEW provodka.trial_balance AS
SELECT s.tenant, s.account, s.kind, s.name, s.currency, s.debit, s.credit, s.debit - s.credit AS net,
       CASE s.kind
         WHEN 'customer' THEN 'liabilities:customers'
         WHEN 'clearing' THEN 'assets:clearing'
         WHEN 'revenue' THEN 'income:revenue'
         WHEN 'deferred' THEN 'liabilities:deferred'
         WHEN 'tax' THEN 'liabilities:tax'
         WHEN 'adjustment' THEN 'equity:adjustments'
         WHEN 'receivable' THEN 'assets:receivable'
         WHEN 'suspense' THEN 'liabilities:suspense'
         WHEN 'writeoff' THEN 'expenses:writeoffs'
         ELSE 'equity:unknown'
       END || coalesce((
         SELECT ':' || string_agg(CASE WHEN chr(b.byte) ~ '^[0-9A-Za-z._-]$' THEN chr(b.byte)
                                       ELSE '%' || upper(lpad(to_hex(b.byte), 2, '0')) END, '' ORDER BY b.at)
         FROM (SELECT i AS at, get_byte(convert_to(s.name, 'UTF8'), i) AS byte
               FROM generate_series(0, octet_length(convert_to(s.name, 'UTF8')) - 1) AS i) AS b), '') AS hledger
FROM (SELECT d.tenant, d.account, d.kind, d.name, d.currency, sum(d.debit) AS debit, sum(d.credit) AS credit
      FROM provodka.trial_balance_days d
      GROUP BY d.tenant, d.account, d.kind, d.name, d.currency) AS s;
COMMENT ON VIEW provodka.trial_balance IS 'Each ledger account with all that was ever posted on it; the accounts of all subscribers are one';
COMMENT ON COLUMN provodka.trial_balance.tenant IS 'The provider whose books they are';
COMMENT ON COLUMN provodka.trial_balance.account IS 'The ledger account: customer for all subscribers together, else kind/name such as clearing/cash';
COMMENT ON COLUMN provodka.trial_balance.kind IS 'customer, clearing, revenue, deferred, tax, adjustment, receivable, suspense or writeoff';
COMMENT ON COLUMN provodka.trial_balance.name IS 'Which one of its kind: the payment provider, the service, the tax, the reason';
COMMENT ON COLUMN provodka.trial_balance.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.trial_balance.debit IS 'The sum of the debits';
COMMENT ON COLUMN provodka.trial_balance.credit IS 'The sum of the credits';
COMMENT ON COLUMN provodka.trial_balance.net IS 'Debits less credits, the balance as hledger shows it';
COMMENT ON COLUMN provodka.trial_balance.hledger IS 'The account''s name in the export for hledger';

CREATE OR REPLACE FUNCTION provodka.trial_balance_on(of_tenant text, on_day date)
RETURNS TABLE (tenant text, account text, kind text, name text, currency text, debit numeric, credit numeric, net numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
  SELECT d.tenant, d.account, d.kind, d.name, d.currency, sum(d.debit), sum(d.credit), sum(d.net)
  FROM provodka.trial_balance_days d
  WHERE d.tenant = of_tenant AND d.day <= on_day
  GROUP BY d.tenant, d.account, d.kind, d.name, d.currency
  ORDER BY d.account, d.currency;
END;
COMMENT ON FUNCTION provodka.trial_balance_on(text, date) IS 'The trial balance of a tenant at the end of a business day';

CREATE OR REPLACE VIEW provodka.trial_balance_check AS
SELECT s.tenant, s.currency, sum(s.debit) AS debit, sum(s.credit) AS credit, sum(s.debit) - sum(s.credit) AS net,
       count(*) FILTER (WHERE s.debit <> s.credit) AS days_out_of_balance
FROM (SELECT m.tenant, m.currency, m.day, sum(m.debit) AS debit, sum(m.credit) AS credit
      FROM movement m GROUP BY m.tenant, m.currency, m.day) AS s
GROUP BY s.tenant, s.currency;
COMMENT ON VIEW provodka.trial_balance_check IS 'The proof of the books: debits equal credits, in all and on every day';
COMMENT ON COLUMN provodka.trial_balance_check.tenant IS 'The provider whose books they are';
COMMENT ON COLUMN provodka.trial_balance_check.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.trial_balance_check.debit IS 'All debits';
COMMENT ON COLUMN provodka.trial_balance_check.credit IS 'All credits';
COMMENT ON COLUMN provodka.trial_balance_check.net IS 'Debits less credits: always zero';
COMMENT ON COLUMN provodka.trial_balance_check.days_out_of_balance IS 'Business days on which debits and credits differ: always zero';

SELECT provodka_runner.publish('trial_balance_days', '{day,account,currency}');
SELECT provodka_runner.publish('trial_balance', '{account,currency}');
SELECT provodka_runner.publish('trial_balance_check', '{currency}');
