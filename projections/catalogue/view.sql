CREATE OR REPLACE VIEW provodka.tenants AS
SELECT tenant, name, currency, zone, locale, threshold, created, open_from, provodka.today(zone) AS today FROM tenant;
COMMENT ON VIEW provodka.tenants IS 'The providers that this ledger keeps the books of';
COMMENT ON COLUMN provodka.tenants.threshold IS 'What has to be left on an account for its services to be on';
COMMENT ON COLUMN provodka.tenants.open_from IS 'The first day that takes entries: the months before it are closed';
COMMENT ON COLUMN provodka.tenants.today IS 'The day that it is there: by the clock, or by the ledger where that is ahead';
SELECT provodka_runner.publish('tenants', '{}');

CREATE OR REPLACE VIEW provodka.services AS
SELECT tenant, service, names, rank, needs, revenue, vat FROM service;
COMMENT ON VIEW provodka.services IS 'What is sold';
COMMENT ON COLUMN provodka.services.rank IS 'The base service has the lowest';
COMMENT ON COLUMN provodka.services.needs IS 'The service without which this one is off';
COMMENT ON COLUMN provodka.services.revenue IS 'The ledger account below revenue/ that it earns for';
COMMENT ON COLUMN provodka.services.vat IS 'The rates of VAT, each from its day';
SELECT provodka_runner.publish('services', '{service}');

CREATE OR REPLACE VIEW provodka.tariffs AS
SELECT f.tenant, f.tariff, f.version, f.service, f.from_day, f.mode, f.period, f.anchor, f.price, t.currency, f.shortage,
       f.setup_fee, f.trial_days, f.due_days, f.down, f.up, f.quota, f.grouped AS tariff_group, c.day AS closed
FROM tariff f JOIN tenant t ON t.tenant = f.tenant
LEFT JOIN closed c ON c.tenant = f.tenant AND c.tariff = f.tariff;
COMMENT ON VIEW provodka.tariffs IS 'Every version of every tariff';
COMMENT ON COLUMN provodka.tariffs.from_day IS 'The day from which the version holds';
COMMENT ON COLUMN provodka.tariffs.down IS 'Speed to the subscriber, in kbit/s';
COMMENT ON COLUMN provodka.tariffs.closed IS 'The day since which nobody new gets it';
SELECT provodka_runner.publish('tariffs', '{tariff,version}');
