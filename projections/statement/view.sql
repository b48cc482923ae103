CREATE OR REPLACE VIEW provodka.statement AS
SELECT e.tenant, e.account, e.sequence, e.time, e.effective, e.sort,
       CASE e.sort
         WHEN 'payment' THEN CASE WHEN e.type LIKE 'payment.moved.%' THEN CASE WHEN e.amount < 0 THEN 'Payment moved to ' ELSE 'Payment moved from ' END || coalesce(e.other, '?')
                                  WHEN e.amount < 0 THEN 'Payment taken back' ELSE 'Payment' END
           || coalesce(' by ' || e.provider, '') || coalesce(', no. ' || e.external_id, '')
         WHEN 'charge' THEN coalesce(e.service, 'Charge') || coalesce(', ' || e.tariff, '')
           || coalesce(', ' || CASE WHEN e.from_day = e.to_day THEN e.from_day::text
                                    ELSE e.from_day::text || ' to ' || e.to_day::text END, '')
         WHEN 'credit' THEN 'Given back: ' || coalesce(e.service, 'charge')
           || coalesce(', ' || e.from_day::text || ' to ' || e.to_day::text, '')
         WHEN 'transfer' THEN CASE WHEN e.amount < 0 THEN 'Transfer to ' ELSE 'Transfer from ' END || coalesce(e.other, '?')
         WHEN 'adjustment' THEN 'Correction'
         WHEN 'writeoff' THEN 'Debt written off'
         WHEN 'payout' THEN 'Paid out' || coalesce(' by ' || e.provider, '')
       END AS what,
       e.amount, e.balance, e.currency, e.vat, e.vat_rate, e.service, e.subscription, e.tariff, e.from_day, e.to_day,
       e.provider, e.external_id, e.note, e.reason, e.actor, e.cause, e.type, e.reverses,
       (SELECT array_agg(r.sequence ORDER BY r.sequence) FROM reversal r
        WHERE r.tenant = e.tenant AND r.reverses = e.sequence) AS reversed_by,
       e.position, e.other
FROM entry e;
COMMENT ON VIEW provodka.statement IS 'Every entry on a subscriber''s account with the balance after it, in the order of the log';
COMMENT ON COLUMN provodka.statement.account IS 'The account';
COMMENT ON COLUMN provodka.statement.currency IS 'Of all amounts';
COMMENT ON COLUMN provodka.statement.vat_rate IS 'Per cent';
COMMENT ON COLUMN provodka.statement.service IS 'What was charged for';
COMMENT ON COLUMN provodka.statement.subscription IS 'For which was charged';
COMMENT ON COLUMN provodka.statement.tariff IS 'By which was charged';
COMMENT ON COLUMN provodka.statement.from_day IS 'The first day that was charged for';
COMMENT ON COLUMN provodka.statement.to_day IS 'The last day that was charged for';
COMMENT ON COLUMN provodka.statement.provider IS 'By which a payment came';
COMMENT ON COLUMN provodka.statement.external_id IS 'The number that the provider gave to it';
COMMENT ON COLUMN provodka.statement.note IS 'What whoever recorded it wrote to it';
COMMENT ON COLUMN provodka.statement.reason IS 'Why, as the person gave it';
COMMENT ON COLUMN provodka.statement.type IS 'The type of the event';
COMMENT ON COLUMN provodka.statement.position IS 'The position of the event in the log';
COMMENT ON COLUMN provodka.statement.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.statement.sequence IS 'The number of the event in the tenant''s log; counts up within an account';
COMMENT ON COLUMN provodka.statement.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.statement.effective IS 'The business date';
COMMENT ON COLUMN provodka.statement.sort IS 'payment, charge, credit, adjustment, transfer, writeoff or payout';
COMMENT ON COLUMN provodka.statement.what IS 'What it was for, in plain words';
COMMENT ON COLUMN provodka.statement.amount IS 'Positive is the subscriber''s';
COMMENT ON COLUMN provodka.statement.balance IS 'After this entry; positive is the subscriber''s credit';
COMMENT ON COLUMN provodka.statement.vat IS 'Contained in the amount';
COMMENT ON COLUMN provodka.statement.reverses IS 'The sequence of the entry that this one takes back';
COMMENT ON COLUMN provodka.statement.reversed_by IS 'The sequences of the entries that took this one back, wholly or in part';
COMMENT ON COLUMN provodka.statement.actor IS 'Who did it';
COMMENT ON COLUMN provodka.statement.cause IS 'The id of the command';
COMMENT ON COLUMN provodka.statement.other IS 'The other account of a transfer, or of a payment that was moved';

SELECT provodka_runner.publish('statement', '{account,sequence}');
