CREATE OR REPLACE VIEW provodka.audit AS
SELECT c.tenant, c.sequence, e.last_sequence, c.time, c.actor, c.cause, e.outcome, e.events, e.types, a.accounts,
       a.account_count, c.causehash, c.position
FROM command c
CROSS JOIN LATERAL (
  SELECT string_agg(replace(regexp_replace(t.type, '\.v[0-9]+$', ''), '.', ' ')
                    || CASE WHEN t.n > 1 THEN ' x ' || t.n ELSE '' END, ', ' ORDER BY t.first) AS outcome,
         sum(t.n)::bigint AS events, array_agg(t.type ORDER BY t.first) AS types, max(t.last) AS last_sequence
  FROM (SELECT x.type, count(*) AS n, min(x.sequence) AS first, max(x.sequence) AS last FROM event x
        WHERE x.tenant = c.tenant AND x.command = c.sequence AND x.time = c.time GROUP BY x.type) t
) e
CROSS JOIN LATERAL (
  SELECT coalesce((array_agg(DISTINCT v.account))[1:100], '{}') AS accounts, count(DISTINCT v.account) AS account_count
  FROM event x CROSS JOIN LATERAL (VALUES (x.account), (x.other)) v(account)
  WHERE x.tenant = c.tenant AND x.command = c.sequence AND x.time = c.time AND v.account IS NOT NULL
) a;
COMMENT ON VIEW provodka.audit IS
  'Who did what and when: every command that was recorded, and what came of it. From where it was sent is not in the log, and so not here. What was refused left nothing';
COMMENT ON COLUMN provodka.audit.tenant IS 'The provider';
COMMENT ON COLUMN provodka.audit.sequence IS 'The number of its first event in the tenant''s log';
COMMENT ON COLUMN provodka.audit.last_sequence IS 'The number of its last event; all between the two are its';
COMMENT ON COLUMN provodka.audit.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.audit.actor IS 'Who sent it; the ledger itself where it was due by the clock';
COMMENT ON COLUMN provodka.audit.cause IS 'The id that the sender gave to the command; what is due by the clock has one that begins with due/';
COMMENT ON COLUMN provodka.audit.outcome IS 'What came of it, in short';
COMMENT ON COLUMN provodka.audit.events IS 'How many events it left';
COMMENT ON COLUMN provodka.audit.types IS 'The types of its events, each once, in the order in which they came first';
COMMENT ON COLUMN provodka.audit.accounts IS 'The accounts that it touched; of more than a hundred, the first hundred by number';
COMMENT ON COLUMN provodka.audit.account_count IS 'How many accounts it touched';
COMMENT ON COLUMN provodka.audit.causehash IS 'The keyed hash of what was asked for: the same again has the same; none where it was due by the clock';
COMMENT ON COLUMN provodka.audit.position IS 'The position of its first event in the log';

CREATE OR REPLACE VIEW provodka.audit_events AS
SELECT tenant, command, sequence, time, type, subject, account, other, actor, cause, position FROM event;
COMMENT ON VIEW provodka.audit_events IS 'Every event of the log, with the command that it came of';
COMMENT ON COLUMN provodka.audit_events.tenant IS 'The provider';
COMMENT ON COLUMN provodka.audit_events.command IS 'The sequence of the first event of the same command, as in audit';
COMMENT ON COLUMN provodka.audit_events.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.audit_events.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.audit_events.type IS 'The type of the event';
COMMENT ON COLUMN provodka.audit_events.subject IS 'What the event is about, as its line says: a point, an account, a subscriber, a device or the tenant';
COMMENT ON COLUMN provodka.audit_events.account IS 'The account that it touched';
COMMENT ON COLUMN provodka.audit_events.other IS 'The account on the other side, of a transfer or a payment that was moved';
COMMENT ON COLUMN provodka.audit_events.actor IS 'Who sent the command';
COMMENT ON COLUMN provodka.audit_events.cause IS 'The id of the command; to find its events, look it up in audit, whose sequence is command here';
COMMENT ON COLUMN provodka.audit_events.position IS 'The position of the event in the log';

SELECT provodka_runner.publish('audit', '{sequence}');
SELECT provodka_runner.publish('audit_events', '{command,sequence}');
