CREATE OR REPLACE VIEW provodka.messages AS
SELECT tenant, message, subscriber, template, language, version, requested, effective, actor, cause,
       coalesce(trigger, 'hand') AS asked_by, caused_by, state, channel, attempts, changed, settled, detail
FROM message;
COMMENT ON VIEW provodka.messages IS 'Every message to a subscriber: why it was asked for, and what became of it. What it says is not here';
COMMENT ON COLUMN provodka.messages.tenant IS 'The provider whose subscriber it is for';
COMMENT ON COLUMN provodka.messages.message IS 'Its number: that of the event that asked for it in the tenant''s log';
COMMENT ON COLUMN provodka.messages.subscriber IS 'For whom it is';
COMMENT ON COLUMN provodka.messages.template IS 'The template that it is made of';
COMMENT ON COLUMN provodka.messages.language IS 'The template''s language';
COMMENT ON COLUMN provodka.messages.version IS 'The version of the template''s text in that language';
COMMENT ON COLUMN provodka.messages.requested IS 'When it was asked for';
COMMENT ON COLUMN provodka.messages.effective IS 'The business date of that';
COMMENT ON COLUMN provodka.messages.actor IS 'Who asked for it';
COMMENT ON COLUMN provodka.messages.cause IS 'The id of the command that asked for it';
COMMENT ON COLUMN provodka.messages.asked_by IS
  'hand, or what made an agent ask for it: charge_due, blocked, unblocked, payment_received, promise_expires or run_report';
COMMENT ON COLUMN provodka.messages.caused_by IS 'The sequence of the event that an agent asked for it because of';
COMMENT ON COLUMN provodka.messages.state IS
  'waiting: nothing was tried yet; else what was reported last: sending, sent, delivered, failed, or unknown: an attempt was interrupted, and nobody knows whether it went out. While settled is empty more may follow';
COMMENT ON COLUMN provodka.messages.channel IS 'telegram or sms: of the attempt that was reported on last';
COMMENT ON COLUMN provodka.messages.attempts IS 'How many attempts were begun';
COMMENT ON COLUMN provodka.messages.changed IS 'When something was reported last';
COMMENT ON COLUMN provodka.messages.settled IS 'When it became known that nothing more is to be expected; empty until then';
COMMENT ON COLUMN provodka.messages.detail IS 'What was said with the last report';

CREATE OR REPLACE VIEW provodka.message_journal AS
SELECT tenant, sequence, time, message, subscriber, attempt, channel, outcome, final, detail, actor FROM line;
COMMENT ON VIEW provodka.message_journal IS 'Everything that was reported of messages, a row a report';
COMMENT ON COLUMN provodka.message_journal.tenant IS 'The provider whose subscriber it is for';
COMMENT ON COLUMN provodka.message_journal.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.message_journal.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.message_journal.message IS 'The message, as in messages';
COMMENT ON COLUMN provodka.message_journal.subscriber IS 'For whom the message is';
COMMENT ON COLUMN provodka.message_journal.attempt IS 'Which attempt, counted from 1; 0 where none was begun';
COMMENT ON COLUMN provodka.message_journal.channel IS 'telegram or sms; none where there was no attempt';
COMMENT ON COLUMN provodka.message_journal.outcome IS
  'sending: the attempt begins; sent; delivered; failed; unknown: it was interrupted, and nobody knows whether it went out';
COMMENT ON COLUMN provodka.message_journal.final IS 'Whether this settled the message';
COMMENT ON COLUMN provodka.message_journal.detail IS 'What the channel said';
COMMENT ON COLUMN provodka.message_journal.actor IS 'Who reported it';

CREATE OR REPLACE VIEW provodka.message_templates AS
SELECT tenant, template, language, version, text, fields, trigger, channels, fall_through_minutes, saved, saved_by FROM template;
COMMENT ON VIEW provodka.message_templates IS 'The templates of messages: the newest text in each language';
COMMENT ON COLUMN provodka.message_templates.tenant IS 'The provider whose template it is';
COMMENT ON COLUMN provodka.message_templates.template IS 'Its name';
COMMENT ON COLUMN provodka.message_templates.language IS 'The language of this text';
COMMENT ON COLUMN provodka.message_templates.version IS 'Counts the texts in this language from 1';
COMMENT ON COLUMN provodka.message_templates.text IS 'The text; fields stand in braces';
COMMENT ON COLUMN provodka.message_templates.fields IS 'The fields that the text names';
COMMENT ON COLUMN provodka.message_templates.trigger IS 'What makes an agent ask for such a message; none: it is sent by hand';
COMMENT ON COLUMN provodka.message_templates.channels IS 'telegram and sms, in the order in which they are tried';
COMMENT ON COLUMN provodka.message_templates.fall_through_minutes IS
  'Without a delivery for so long the next channel is tried; none: only after a failure';
COMMENT ON COLUMN provodka.message_templates.saved IS 'When it was saved last';
COMMENT ON COLUMN provodka.message_templates.saved_by IS 'Who saved it';

CREATE OR REPLACE VIEW provodka.message_days AS
SELECT tenant, day, channel, requested, attempts, sent, delivered, failed, unknown, settled FROM day;
COMMENT ON VIEW provodka.message_days IS 'Messages by day and channel: how many were asked for, and how many reports there were of each kind';
COMMENT ON COLUMN provodka.message_days.tenant IS 'The provider whose messages they are';
COMMENT ON COLUMN provodka.message_days.day IS 'The day on which it was recorded, in the provider''s time zone';
COMMENT ON COLUMN provodka.message_days.channel IS
  'telegram or sms; none has what is of no channel: the messages asked for, and what was reported without an attempt';
COMMENT ON COLUMN provodka.message_days.requested IS 'Messages that were asked for; their channel is not known by then, so they are all under none';
COMMENT ON COLUMN provodka.message_days.attempts IS 'Attempts that were begun';
COMMENT ON COLUMN provodka.message_days.sent IS 'Reports that a message was sent';
COMMENT ON COLUMN provodka.message_days.delivered IS 'Reports that a message was delivered';
COMMENT ON COLUMN provodka.message_days.failed IS 'Reports that an attempt or a message failed';
COMMENT ON COLUMN provodka.message_days.unknown IS 'Reports that an attempt was interrupted, and nobody knows whether it went out';
COMMENT ON COLUMN provodka.message_days.settled IS 'Messages that were settled';

SELECT provodka_runner.publish('messages', '{message}');
SELECT provodka_runner.publish('message_journal', '{sequence}');
SELECT provodka_runner.publish('message_templates', '{template,language}');
SELECT provodka_runner.publish('message_days', '{day,channel}');
