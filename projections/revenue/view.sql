CREATE OR REPLACE VIEW provodka.revenue AS
SELECT m.tenant, m.day, m.service, m.tariff, m.currency,
       m.charges, m.charged_net, m.charged_vat, m.credits, m.credited_net, m.credited_vat,
       m.charged_net - m.credited_net AS net, m.charged_vat - m.credited_vat AS vat,
       m.recognised, m.deferred
FROM movement m;
COMMENT ON VIEW provodka.revenue IS 'What services earned on each business day, by tariff, without VAT and the VAT apart';
COMMENT ON COLUMN provodka.revenue.tenant IS 'The provider who earned it';
COMMENT ON COLUMN provodka.revenue.day IS 'The business date';
COMMENT ON COLUMN provodka.revenue.service IS 'The service';
COMMENT ON COLUMN provodka.revenue.tariff IS 'The tariff whose price it is; empty for one-off charges, extras, instalments and fees, and for deferred income that a month brings';
COMMENT ON COLUMN provodka.revenue.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.revenue.charges IS 'How many charges there were';
COMMENT ON COLUMN provodka.revenue.charged_net IS 'Charged, without VAT; an instalment plan counts as a whole when it is agreed';
COMMENT ON COLUMN provodka.revenue.charged_vat IS 'VAT of what was charged';
COMMENT ON COLUMN provodka.revenue.credits IS 'How many times something was given back: unused days, reversed charges';
COMMENT ON COLUMN provodka.revenue.credited_net IS 'Given back, without VAT';
COMMENT ON COLUMN provodka.revenue.credited_vat IS 'VAT of what was given back';
COMMENT ON COLUMN provodka.revenue.net IS 'Charged less given back, without VAT';
COMMENT ON COLUMN provodka.revenue.vat IS 'VAT of what was charged less that of what was given back';
COMMENT ON COLUMN provodka.revenue.recognised IS 'Became income on this day: what was posted on the revenue accounts';
COMMENT ON COLUMN provodka.revenue.deferred IS 'Charged in advance, for months to come; negative when their income is recognised or given back';

CREATE OR REPLACE VIEW provodka.revenue_months AS
SELECT m.tenant, date_trunc('month', m.day)::date AS month, m.service, m.tariff, m.currency,
       sum(m.charges)::bigint AS charges, sum(m.charged_net) AS charged_net, sum(m.charged_vat) AS charged_vat,
       sum(m.credits)::bigint AS credits, sum(m.credited_net) AS credited_net, sum(m.credited_vat) AS credited_vat,
       sum(m.charged_net - m.credited_net) AS net, sum(m.charged_vat - m.credited_vat) AS vat,
       sum(m.recognised) AS recognised, sum(m.deferred) AS deferred
FROM movement m
GROUP BY 1, 2, 3, 4, 5;
COMMENT ON VIEW provodka.revenue_months IS 'What services earned in each month, by tariff, without VAT and the VAT apart';
COMMENT ON COLUMN provodka.revenue_months.tenant IS 'The provider who earned it';
COMMENT ON COLUMN provodka.revenue_months.month IS 'The first day of the month of the business dates';
COMMENT ON COLUMN provodka.revenue_months.service IS 'The service';
COMMENT ON COLUMN provodka.revenue_months.tariff IS 'The tariff whose price it is; empty for one-off charges, extras, instalments and fees, and for deferred income that a month brings';
COMMENT ON COLUMN provodka.revenue_months.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.revenue_months.charges IS 'How many charges there were';
COMMENT ON COLUMN provodka.revenue_months.charged_net IS 'Charged, without VAT; an instalment plan counts as a whole when it is agreed';
COMMENT ON COLUMN provodka.revenue_months.charged_vat IS 'VAT of what was charged';
COMMENT ON COLUMN provodka.revenue_months.credits IS 'How many times something was given back: unused days, reversed charges';
COMMENT ON COLUMN provodka.revenue_months.credited_net IS 'Given back, without VAT';
COMMENT ON COLUMN provodka.revenue_months.credited_vat IS 'VAT of what was given back';
COMMENT ON COLUMN provodka.revenue_months.net IS 'Charged less given back, without VAT';
COMMENT ON COLUMN provodka.revenue_months.vat IS 'VAT of what was charged less that of what was given back';
COMMENT ON COLUMN provodka.revenue_months.recognised IS 'Became income in this month: what was posted on the revenue accounts';
COMMENT ON COLUMN provodka.revenue_months.deferred IS 'Charged in advance, for months to come; negative when their income is recognised or given back';

SELECT provodka_runner.publish('revenue', '{day,service,tariff}');
SELECT provodka_runner.publish('revenue_months', '{month,service,tariff}');
