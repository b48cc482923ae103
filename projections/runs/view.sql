CREATE OR REPLACE VIEW provodka.runs AS
SELECT r.tenant, r.sequence, r.time, r.through, r.effective, r.expected, r.charged, r.skipped,
       r.expected = r.charged + r.skipped AS complete, coalesce(s.charges, 0) AS charges, coalesce(s.amount, 0) AS amount,
       s.currency, r.duration_ms, r.actor
FROM run r LEFT JOIN LATERAL (
  SELECT sum(s.charges)::bigint AS charges, sum(s.amount) AS amount, min(s.currency) AS currency
  FROM run_service s WHERE s.tenant = r.tenant AND s.sequence = r.sequence) s ON true;
COMMENT ON VIEW provodka.runs IS 'Billing runs: whether each subscription was charged or skipped for a reason';
COMMENT ON COLUMN provodka.runs.tenant IS 'The provider whose subscribers were billed';
COMMENT ON COLUMN provodka.runs.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.runs.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.runs.through IS 'Up to when it charged what had begun';
COMMENT ON COLUMN provodka.runs.effective IS 'The business date';
COMMENT ON COLUMN provodka.runs.expected IS 'Subscriptions that had begun and not ended, and days of an outage that were not paid for';
COMMENT ON COLUMN provodka.runs.charged IS 'Of those: charged up to then';
COMMENT ON COLUMN provodka.runs.skipped IS 'Of those: skipped; the view skips has the reasons';
COMMENT ON COLUMN provodka.runs.complete IS 'expected is charged and skipped together';
COMMENT ON COLUMN provodka.runs.charges IS 'Charges since the run before; the view run_services has them by service';
COMMENT ON COLUMN provodka.runs.amount IS 'Their sum, credits not taken off';
COMMENT ON COLUMN provodka.runs.duration_ms IS 'How long it took to charge what was due, in milliseconds';
COMMENT ON COLUMN provodka.runs.actor IS 'Who started it';
COMMENT ON COLUMN provodka.runs.currency IS 'Of the amount; none where nothing was charged';

CREATE OR REPLACE VIEW provodka.run_services AS
SELECT s.tenant, s.sequence, s.service, r.through, s.charges, s.amount, s.currency
FROM run_service s JOIN run r ON r.tenant = s.tenant AND r.sequence = s.sequence;
COMMENT ON VIEW provodka.run_services IS 'What was charged for each service from one billing run to the next';
COMMENT ON COLUMN provodka.run_services.tenant IS 'The provider whose subscribers were billed';
COMMENT ON COLUMN provodka.run_services.sequence IS 'Of the run';
COMMENT ON COLUMN provodka.run_services.through IS 'Up to when the run charged';
COMMENT ON COLUMN provodka.run_services.charges IS 'Their number since the run before';
COMMENT ON COLUMN provodka.run_services.amount IS 'Their sum, credits not taken off';
COMMENT ON COLUMN provodka.run_services.service IS 'What was charged for';
COMMENT ON COLUMN provodka.run_services.currency IS 'Of the amount';

CREATE OR REPLACE VIEW provodka.skips AS
SELECT s.tenant, s.sequence, s.reason, r.through, s.count
FROM run_skip s JOIN run r ON r.tenant = s.tenant AND r.sequence = s.sequence;
COMMENT ON VIEW provodka.skips IS 'Why billing runs skipped subscriptions, and how many';
COMMENT ON COLUMN provodka.skips.tenant IS 'The provider whose subscribers were billed';
COMMENT ON COLUMN provodka.skips.sequence IS 'Of the run';
COMMENT ON COLUMN provodka.skips.reason IS
  'unpaid: the money did not suffice; debt: charged and not paid in time; frozen: at the subscriber''s wish; blocked: by the operator; outage: days that passed while the ledger was down';
COMMENT ON COLUMN provodka.skips.through IS 'Up to when the run charged';
COMMENT ON COLUMN provodka.skips.count IS 'Subscriptions; of an outage their days';

CREATE OR REPLACE VIEW provodka.skips_now AS
SELECT o.tenant, o.subscription, o.account, o.why AS reason, o.since, o.from_day
FROM off o WHERE o.why IS NOT NULL;
COMMENT ON VIEW provodka.skips_now IS 'Subscriptions that are off now and would be skipped';
COMMENT ON COLUMN provodka.skips_now.tenant IS 'The provider whose subscription it is';
COMMENT ON COLUMN provodka.skips_now.reason IS
  'unpaid: the money does not suffice; debt: charged and not paid in time; frozen: at the subscriber''s wish; blocked: by the operator';
COMMENT ON COLUMN provodka.skips_now.since IS 'When it was switched off for this reason';
COMMENT ON COLUMN provodka.skips_now.from_day IS 'The first day that is not used';
COMMENT ON COLUMN provodka.skips_now.subscription IS 'The subscription that is off';
COMMENT ON COLUMN provodka.skips_now.account IS 'Whose it is';

SELECT provodka_runner.publish('runs', '{sequence}');
SELECT provodka_runner.publish('run_services', '{sequence,service}');
SELECT provodka_runner.publish('skips', '{sequence,reason}');
SELECT provodka_runner.publish('skips_now', '{subscription}');
