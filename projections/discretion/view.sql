CREATE OR REPLACE VIEW provodka.discretion AS
SELECT d.tenant, d.sequence, d.time, d.actor, d.sort, d.account, d.subscription, d.amount, t.currency, d.percent, d.price, d.until,
       d.other, d.reverses, d.reason, d.effective, d.cause, d.type
FROM decision d JOIN tenant t ON t.tenant = d.tenant;
COMMENT ON VIEW provodka.discretion IS 'What somebody decided that no tariff asks for: who, what, how much and why';
COMMENT ON COLUMN provodka.discretion.tenant IS 'The provider whose money it is about';
COMMENT ON COLUMN provodka.discretion.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.discretion.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.discretion.actor IS 'Who did it';
COMMENT ON COLUMN provodka.discretion.sort IS
  'adjustment, price_override, discount, promise, forced_charge, writeoff, credit_limit, payment_move, payment_reversal, charge_reversal or recalculation';
COMMENT ON COLUMN provodka.discretion.amount IS
  'Positive is in the subscriber''s favour: lent, given or given up; of a credit limit its change, of a payment that was moved what the account lost; none where a price or a percentage says it';
COMMENT ON COLUMN provodka.discretion.percent IS 'Of a discount that is one';
COMMENT ON COLUMN provodka.discretion.price IS 'The price that was set for one subscription';
COMMENT ON COLUMN provodka.discretion.until IS 'The last day of a price or a discount; of a promise the day on which it is over';
COMMENT ON COLUMN provodka.discretion.other IS 'The account that a payment was moved to';
COMMENT ON COLUMN provodka.discretion.reverses IS 'The sequence of the entry that was taken back or moved';
COMMENT ON COLUMN provodka.discretion.reason IS 'As the person gave it';
COMMENT ON COLUMN provodka.discretion.effective IS 'The business date';
COMMENT ON COLUMN provodka.discretion.cause IS 'The id of the command';
COMMENT ON COLUMN provodka.discretion.type IS 'The type of the event';
COMMENT ON COLUMN provodka.discretion.account IS 'The account that it is about';
COMMENT ON COLUMN provodka.discretion.subscription IS 'The subscription, where it is about one';
COMMENT ON COLUMN provodka.discretion.currency IS 'Of the amount and the price';

CREATE OR REPLACE VIEW provodka.discretion_by_actor AS
SELECT m.tenant, m.month, m.actor, m.sort, m.decisions, m.in_favour, m.against, m.in_favour - m.against AS amount, t.currency
FROM actor_month m JOIN tenant t ON t.tenant = m.tenant;
COMMENT ON VIEW provodka.discretion_by_actor IS 'How often and for how much each person decided something, by month';
COMMENT ON COLUMN provodka.discretion_by_actor.tenant IS 'The provider whose money it is about';
COMMENT ON COLUMN provodka.discretion_by_actor.month IS 'Its first day; the month in which it was recorded, in the provider''s time zone';
COMMENT ON COLUMN provodka.discretion_by_actor.sort IS 'As in discretion';
COMMENT ON COLUMN provodka.discretion_by_actor.decisions IS 'Their number';
COMMENT ON COLUMN provodka.discretion_by_actor.in_favour IS 'The sum of those in favour of subscribers';
COMMENT ON COLUMN provodka.discretion_by_actor.against IS 'The sum of those against them, without its sign';
COMMENT ON COLUMN provodka.discretion_by_actor.amount IS 'in_favour less against';
COMMENT ON COLUMN provodka.discretion_by_actor.actor IS 'Who did it';
COMMENT ON COLUMN provodka.discretion_by_actor.currency IS 'Of all amounts';

SELECT provodka_runner.publish('discretion', '{sequence}');
SELECT provodka_runner.publish('discretion_by_actor', '{month,actor,sort}');
