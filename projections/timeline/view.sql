CREATE OR REPLACE VIEW provodka.timeline AS
SELECT tenant, subscriber, account, time, effective, text, actor, type, sequence, part FROM happening;
COMMENT ON VIEW provodka.timeline IS
  'Everything that happened to a subscriber or to an account, a sentence each, in plain words and with nothing personal in it';
COMMENT ON COLUMN provodka.timeline.tenant IS 'The provider';
COMMENT ON COLUMN provodka.timeline.subscriber IS 'The subscriber that it happened to, or whose account it happened to';
COMMENT ON COLUMN provodka.timeline.account IS 'The account that it happened to; none where it was to the subscriber';
COMMENT ON COLUMN provodka.timeline.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.timeline.effective IS 'The business date';
COMMENT ON COLUMN provodka.timeline.text IS 'What happened';
COMMENT ON COLUMN provodka.timeline.actor IS 'Who did it; the ledger itself where nobody had to';
COMMENT ON COLUMN provodka.timeline.type IS 'The type of the event';
COMMENT ON COLUMN provodka.timeline.sequence IS 'The number of the event in the tenant''s log: the order in which it all happened';
COMMENT ON COLUMN provodka.timeline.part IS 'Where an event is about two accounts: 0 for the one that gives, 1 for the one that gets';

SELECT provodka_runner.publish('timeline', '{sequence,part}');
