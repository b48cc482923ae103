CREATE OR REPLACE VIEW provodka.tenants AS
SELECT tenant, name, currency, zone, locale, threshold, created, open_from, provodka.today(zone) AS today FROM tenant;
COMMENT ON VIEW provodka.tenants IS 'The providers that this ledger keeps the books of';
COMMENT ON COLUMN provodka.tenants.tenant IS 'The provider';
COMMENT ON COLUMN provodka.tenants.name IS 'As it is shown';
COMMENT ON COLUMN provodka.tenants.currency IS 'Of its books';
COMMENT ON COLUMN provodka.tenants.zone IS 'The time zone whose midnights are its days';
COMMENT ON COLUMN provodka.tenants.locale IS 'The language and country that it writes in';
COMMENT ON COLUMN provodka.tenants.created IS 'When its books were begun';
COMMENT ON COLUMN provodka.tenants.threshold IS 'What has to be left on an account for its services to be on';
COMMENT ON COLUMN provodka.tenants.open_from IS 'The first day that takes entries: the months before it are closed';
COMMENT ON COLUMN provodka.tenants.today IS 'The day that it is there: by the clock, or by the ledger where that is ahead';
SELECT provodka_runner.publish('tenants', '{}');

CREATE OR REPLACE VIEW provodka.services AS
SELECT tenant, service, names, rank, needs, revenue, vat FROM service;
COMMENT ON VIEW provodka.services IS 'What is sold';
COMMENT ON COLUMN provodka.services.tenant IS 'The provider that sells it';
COMMENT ON COLUMN provodka.services.service IS 'The service';
COMMENT ON COLUMN provodka.services.names IS 'As it is shown, by language';
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
COMMENT ON COLUMN provodka.tariffs.tenant IS 'The provider whose tariff it is';
COMMENT ON COLUMN provodka.tariffs.tariff IS 'The tariff';
COMMENT ON COLUMN provodka.tariffs.version IS 'Counts its versions';
COMMENT ON COLUMN provodka.tariffs.service IS 'What it is of';
COMMENT ON COLUMN provodka.tariffs.mode IS 'How a period is charged: advance, when it begins; spread, day by day; arrears, when it is over; hourly, for the hours in it';
COMMENT ON COLUMN provodka.tariffs.period IS 'What the price is of: day, week, month, quarter, year or hour';
COMMENT ON COLUMN provodka.tariffs.anchor IS 'Whether periods begin with the calendar''s or count from the subscription''s first day: calendar or start';
COMMENT ON COLUMN provodka.tariffs.price IS 'Of a period';
COMMENT ON COLUMN provodka.tariffs.currency IS 'Of the price and the fee';
COMMENT ON COLUMN provodka.tariffs.shortage IS 'What happens where the money does not suffice: refuse, debt or shorten';
COMMENT ON COLUMN provodka.tariffs.setup_fee IS 'Charged once at the beginning';
COMMENT ON COLUMN provodka.tariffs.trial_days IS 'Days free of charge at the beginning';
COMMENT ON COLUMN provodka.tariffs.due_days IS 'Days to pay in, after a period in arrears';
COMMENT ON COLUMN provodka.tariffs.up IS 'Speed from the subscriber, in Mbit/s';
COMMENT ON COLUMN provodka.tariffs.quota IS 'What is contained in the price of what is counted';
COMMENT ON COLUMN provodka.tariffs.tariff_group IS 'The group that it is of, which other tariffs may name to be switched to';
COMMENT ON COLUMN provodka.tariffs.from_day IS 'The day from which the version holds';
COMMENT ON COLUMN provodka.tariffs.down IS 'Speed to the subscriber, in Mbit/s';
COMMENT ON COLUMN provodka.tariffs.closed IS 'The day since which nobody new gets it';
SELECT provodka_runner.publish('tariffs', '{tariff,version}');
