CREATE OR REPLACE VIEW provodka.crm AS
SELECT a.tenant, a.account, a.label, a.status, s.balance, s.available, s.currency, s.access, t.tariffs AS tariff,
       a.opened, a.closed, s.version, a.subscriber, p.kind, p.language, p.name, p.phones, p.email, p.addresses,
       p.tax_number, p.contract, p.contract_date, p.note, p.hold, p.erased, p.registered
FROM account a
JOIN standing s ON s.tenant = a.tenant AND s.account = a.account
LEFT JOIN subscriber p ON p.tenant = a.tenant AND p.subscriber = a.subscriber
LEFT JOIN tenant n ON n.tenant = a.tenant
CROSS JOIN LATERAL (
  SELECT string_agg(CASE WHEN u.next_from <= provodka.today(n.zone) THEN u.next_tariff ELSE u.tariff END, ', '
                    ORDER BY u.subscription) AS tariffs
  FROM subscription u
  WHERE u.tenant = a.tenant AND u.account = a.account AND (u.ends IS NULL OR u.ends > provodka.today(n.zone))
) t;
COMMENT ON VIEW provodka.crm IS 'Every account as it stands now, beside what is known of its subscriber';
COMMENT ON COLUMN provodka.crm.tenant IS 'The provider whose account it is';
COMMENT ON COLUMN provodka.crm.account IS 'The account''s number';
COMMENT ON COLUMN provodka.crm.label IS 'The name under which the provider shows the account';
COMMENT ON COLUMN provodka.crm.status IS 'open or closed';
COMMENT ON COLUMN provodka.crm.balance IS 'Positive is the subscriber''s credit, negative is a debt';
COMMENT ON COLUMN provodka.crm.available IS 'The balance with the credit limit and a promised payment';
COMMENT ON COLUMN provodka.crm.currency IS 'Of the balance';
COMMENT ON COLUMN provodka.crm.access IS 'on while any access point of the account is on, else off';
COMMENT ON COLUMN provodka.crm.tariff IS 'The tariffs of its subscriptions that have not ended, one after the other';
COMMENT ON COLUMN provodka.crm.opened IS 'The day on which the account was opened';
COMMENT ON COLUMN provodka.crm.closed IS 'The day on which the account was closed';
COMMENT ON COLUMN provodka.crm.version IS 'The sequence of the last event that touched the account, as commands expect it';
COMMENT ON COLUMN provodka.crm.subscriber IS 'The subscriber''s number; an account need not have one';
COMMENT ON COLUMN provodka.crm.kind IS 'person or company';
COMMENT ON COLUMN provodka.crm.language IS 'In which to write to the subscriber';
COMMENT ON COLUMN provodka.crm.name IS 'Personal: the name of the person or the company';
COMMENT ON COLUMN provodka.crm.phones IS 'Personal: all phone numbers, with a plus and the country';
COMMENT ON COLUMN provodka.crm.email IS 'Personal: the e-mail address';
COMMENT ON COLUMN provodka.crm.addresses IS 'Personal: all addresses';
COMMENT ON COLUMN provodka.crm.tax_number IS 'Personal: the number with the tax office';
COMMENT ON COLUMN provodka.crm.contract IS 'Personal: the contract''s number';
COMMENT ON COLUMN provodka.crm.contract_date IS 'Personal: the day of the contract';
COMMENT ON COLUMN provodka.crm.note IS 'Personal: what somebody wrote about the subscriber';
COMMENT ON COLUMN provodka.crm.hold IS 'A legal hold is on: the subscriber cannot be erased';
COMMENT ON COLUMN provodka.crm.erased IS 'What was personal has been erased and cannot be brought back';
COMMENT ON COLUMN provodka.crm.registered IS 'When the subscriber was registered';

CREATE OR REPLACE VIEW provodka.subscribers AS
SELECT p.tenant, p.subscriber, p.kind, p.language, p.name, p.phones, p.email, p.addresses, p.tax_number, p.contract,
       p.contract_date, p.note, p.hold, p.erased, p.registered, p.changed, c.accounts, c.labels, c.open_accounts,
       c.balance, c.currency, c.access, c.tariffs
FROM subscriber p
LEFT JOIN tenant n ON n.tenant = p.tenant
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(a.account::text ORDER BY a.account), '{}') AS accounts,
         coalesce(array_agg(a.label ORDER BY a.account) FILTER (WHERE a.label IS NOT NULL), '{}') AS labels,
         count(*) FILTER (WHERE a.status = 'open') AS open_accounts,
         sum(s.balance) AS balance, min(s.currency) AS currency, max(s.access) AS access,
         coalesce((SELECT array_agg(DISTINCT CASE WHEN u.next_from <= provodka.today(n.zone) THEN u.next_tariff ELSE u.tariff END)
                   FROM account b JOIN subscription u ON u.tenant = b.tenant AND u.account = b.account
                   WHERE b.tenant = p.tenant AND b.subscriber = p.subscriber
                     AND (u.ends IS NULL OR u.ends > provodka.today(n.zone))), '{}') AS tariffs
  FROM account a JOIN standing s ON s.tenant = a.tenant AND s.account = a.account
  WHERE a.tenant = p.tenant AND a.subscriber = p.subscriber
) c;
COMMENT ON VIEW provodka.subscribers IS 'The card of every subscriber, with all accounts of theirs taken together';
COMMENT ON COLUMN provodka.subscribers.tenant IS 'The provider whose subscriber it is';
COMMENT ON COLUMN provodka.subscribers.subscriber IS 'The subscriber''s number';
COMMENT ON COLUMN provodka.subscribers.kind IS 'person or company';
COMMENT ON COLUMN provodka.subscribers.language IS 'In which to write to the subscriber';
COMMENT ON COLUMN provodka.subscribers.name IS 'Personal: the name of the person or the company';
COMMENT ON COLUMN provodka.subscribers.phones IS 'Personal: all phone numbers, with a plus and the country';
COMMENT ON COLUMN provodka.subscribers.email IS 'Personal: the e-mail address';
COMMENT ON COLUMN provodka.subscribers.addresses IS 'Personal: all addresses';
COMMENT ON COLUMN provodka.subscribers.tax_number IS 'Personal: the number with the tax office';
COMMENT ON COLUMN provodka.subscribers.contract IS 'Personal: the contract''s number';
COMMENT ON COLUMN provodka.subscribers.contract_date IS 'Personal: the day of the contract';
COMMENT ON COLUMN provodka.subscribers.note IS 'Personal: what somebody wrote about the subscriber';
COMMENT ON COLUMN provodka.subscribers.hold IS 'A legal hold is on: the subscriber cannot be erased';
COMMENT ON COLUMN provodka.subscribers.erased IS 'What was personal has been erased and cannot be brought back';
COMMENT ON COLUMN provodka.subscribers.registered IS 'When the subscriber was registered';
COMMENT ON COLUMN provodka.subscribers.changed IS 'When anything of the card was changed last';
COMMENT ON COLUMN provodka.subscribers.accounts IS 'The numbers of the accounts, closed ones as well';
COMMENT ON COLUMN provodka.subscribers.labels IS 'The labels of the accounts that have one, in the order of the accounts';
COMMENT ON COLUMN provodka.subscribers.open_accounts IS 'How many of the accounts are open';
COMMENT ON COLUMN provodka.subscribers.balance IS 'Of all accounts together; positive is the subscriber''s credit';
COMMENT ON COLUMN provodka.subscribers.currency IS 'Of the balance';
COMMENT ON COLUMN provodka.subscribers.access IS 'on while any access point of any account is on, else off';
COMMENT ON COLUMN provodka.subscribers.tariffs IS 'The tariffs of all subscriptions that have not ended';

SELECT provodka_runner.publish('crm', '{account}');
SELECT provodka_runner.publish('subscribers', '{subscriber}');

-- Asks for the likeliest first and goes on only while there is room: the number of an account or a contract, a
-- phone, all words in a card or in an account; where that finds nobody, words of both, and words with typos.
-- The words are written into the text of the query, so that one scan of an index looks them all up. Of what
-- thousands share only the first thousands are ranked.
-- Loads the extension: settings of one that is not loaded yet may be attached to a function by superusers alone.
SELECT similarity('', '');
CREATE OR REPLACE FUNCTION provodka.search(tenant text, what text, at_most int DEFAULT 20)
RETURNS TABLE (rank real, matched text, subscriber text, kind text, name text, phones text[], email text,
               addresses text[], contract text, note text, hold boolean, erased boolean, accounts text[], labels text[],
               balance numeric, currency text, access text, tariffs text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, provodka_crm, public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
#variable_conflict use_column
DECLARE
  whose   text := tenant;
  room    int := least(greatest(coalesce(at_most, 20), 0), 1000);
  spelled text := spelling(left(what, 200));
  key     text := replace(spelled, ' ', '');
  past    text := key || chr(1114111);  -- behind everything that begins with the key
  number  text := regexp_replace(left(what, 200), '[^0-9]', '', 'g');
  words   text[];
  whole   boolean;
  likes   text;
  fuzzy   text;
  near    text;
  good    text;
  more    text[];
  hits    text[] := '{}';  -- of each: rank, what matched, subscriber, id of what was hit
BEGIN
  SELECT array_agg(w ORDER BY n) INTO words
  FROM (SELECT w, min(n) AS n FROM string_to_table(spelled, ' ') WITH ORDINALITY AS t(w, n)
        WHERE w <> '' GROUP BY w ORDER BY min(n) LIMIT 10) t;
  IF words IS NULL OR room = 0 OR whose IS NULL THEN RETURN; END IF;

  SELECT array_agg(ARRAY[r::text, m, s, id] ORDER BY r DESC, id) INTO more FROM (
    (SELECT CASE WHEN a.account_key = key THEN 1.0 ELSE 0.9 END AS r, 'account' AS m, a.subscriber AS s, a.account AS id
     FROM account a WHERE a.tenant = whose AND a.account_key >= key AND a.account_key < past ORDER BY a.account_key LIMIT room)
    UNION ALL
    (SELECT CASE WHEN p.contract_key = key THEN 1.0 ELSE 0.9 END, 'contract', p.subscriber, p.subscriber
     FROM subscriber p WHERE p.tenant = whose AND p.contract_key >= key AND p.contract_key < past
     ORDER BY p.contract_key LIMIT room)
    UNION ALL
    SELECT 1.0, 'subscriber', p.subscriber, p.subscriber FROM subscriber p
    WHERE p.tenant = whose AND p.subscriber = btrim(what)
  ) f;
  hits := hits || coalesce(more, '{}');

  IF length(number) >= 4 AND what !~ '[[:alpha:]]' THEN
    likes := format('p.digits LIKE %L', '%' || right(number, 10) || '%');
    IF number LIKE '8%' AND length(number) < 11 THEN  -- as it begins within Russia
      likes := likes || format(' OR p.digits LIKE %L', '%7' || substr(number, 2) || '%');
    END IF;
    EXECUTE format('SELECT array_agg(ARRAY[r::text, ''phone'', s, s] ORDER BY r DESC, s) FROM (
        SELECT CASE WHEN %L::bool THEN 0.95 WHEN p.digits || '' '' LIKE %L THEN 0.8 ELSE 0.7 END AS r, p.subscriber AS s
        FROM subscriber p WHERE p.tenant = %L AND (%s) ORDER BY r DESC, s LIMIT %s
      ) f', length(number) >= 10, '%' || right(number, 10) || ' %', whose, likes, room) INTO more;
    hits := hits || coalesce(more, '{}');
  END IF;

  SELECT format('(%s) / %s', string_agg(format('CASE WHEN strpos(x.search, %L) > 0 THEN 1.0 WHEN strpos(x.search, %L) > 0 '
                                               'THEN 0.5 ELSE 0 END', ' ' || w || ' ', ' ' || w), ' + '), count(*)),
         format('(%s) / %s', string_agg(format('word_similarity(%L, x.search)', w), ' + '), count(*)),
         string_agg(CASE WHEN length(w) < 4 THEN format('x.search LIKE %L', '% ' || w || '%')
                         ELSE format('%L <%% x.search', w) END, ' AND ')
  INTO good, near, fuzzy
  FROM unnest(words) w;
  -- Whole words, then parts. One or two letters have no trigram: they are looked for where a word begins.
  FOREACH whole IN ARRAY ARRAY[true, false] LOOP
    EXIT WHEN cardinality(hits) >= 4 * room;
    SELECT string_agg(format('x.search LIKE %L', CASE WHEN whole OR length(w) < 3 THEN '% ' ELSE '%' END || w
                                                 || CASE WHEN whole THEN ' %' ELSE '%' END), ' AND ')
    INTO likes FROM unnest(words) w;
    EXECUTE format('SELECT array_agg(ARRAY[r::text, m, s, id] ORDER BY r DESC, id) FROM (
        (SELECT 0.4 + 0.2 * (%1$s) AS r, ''words'' AS m, x.subscriber AS s, x.subscriber AS id FROM (
           SELECT * FROM subscriber x WHERE x.tenant = %2$L AND %3$s LIMIT 2000) x ORDER BY r DESC, id LIMIT %4$s)
        UNION ALL
        (SELECT 0.4 + 0.2 * (%1$s) AS r, ''account'', x.subscriber, x.account AS id FROM (
           SELECT * FROM account x WHERE x.tenant = %2$L AND %3$s LIMIT 2000) x ORDER BY r DESC, id LIMIT %4$s)
      ) f', good, whose, likes, room) INTO more;
    hits := hits || coalesce(more, '{}');
  END LOOP;
  IF cardinality(hits) = 0 AND cardinality(words) > 1 THEN
    SELECT array_agg(ARRAY['0.4', 'words', s, id] ORDER BY id) INTO more FROM (
      SELECT DISTINCT p.subscriber AS s, a.account AS id
      FROM unnest(words) w
      JOIN account a ON a.tenant = whose AND length(w) > 2 AND a.search LIKE '%' || w || '%'
      JOIN subscriber p ON p.tenant = whose AND p.subscriber = a.subscriber
      WHERE NOT EXISTS (SELECT FROM unnest(words) v WHERE strpos(p.search || a.search, v) = 0)
      ORDER BY id LIMIT room
    ) f;
    hits := hits || coalesce(more, '{}');
  END IF;
  IF cardinality(hits) = 0 AND EXISTS (SELECT FROM unnest(words) w WHERE length(w) > 3) THEN
    EXECUTE format('SELECT array_agg(ARRAY[r::text, ''similar'', s, id] ORDER BY r DESC, id) FROM (
        (SELECT 0.4 * (%1$s) AS r, x.subscriber AS s, x.subscriber AS id FROM (
           SELECT * FROM subscriber x WHERE x.tenant = %2$L AND %3$s LIMIT 5000) x ORDER BY r DESC, id LIMIT %4$s)
        UNION ALL
        (SELECT 0.4 * (%1$s) AS r, x.subscriber, x.account AS id FROM (
           SELECT * FROM account x WHERE x.tenant = %2$L AND %3$s LIMIT 5000) x ORDER BY r DESC, id LIMIT %4$s)
      ) f', near, whose, fuzzy, room) INTO more;
    hits := hits || coalesce(more, '{}');
  END IF;

  RETURN QUERY
  WITH hit AS (
    SELECT DISTINCT ON (coalesce('s ' || s, 'a ' || id)) r, m, s, id FROM (
      SELECT hits[i][1]::real AS r, hits[i][2] AS m, hits[i][3] AS s, hits[i][4] AS id
      FROM generate_subscripts(hits, 1) i) h
    ORDER BY coalesce('s ' || s, 'a ' || id), r DESC, m
  ), best AS (SELECT r, m, s, id FROM hit ORDER BY r DESC, id LIMIT room)
  SELECT b.r, b.m, c.subscriber, c.kind, c.name, c.phones, c.email, c.addresses, c.contract, c.note, c.hold, c.erased,
         c.accounts, c.labels, c.balance, c.currency, c.access, c.tariffs
  FROM best b
  CROSS JOIN LATERAL (
    SELECT k.subscriber::text, k.kind, k.name, k.phones, k.email, k.addresses, k.contract, k.note, k.hold, k.erased,
           k.accounts, k.labels, k.balance, k.currency, k.access, k.tariffs
    FROM provodka.subscribers k WHERE k.tenant = whose AND k.subscriber = b.s
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, ARRAY[a.account::text],
           CASE WHEN a.label IS NULL THEN '{}' ELSE ARRAY[a.label] END, a.balance, a.currency, a.access,
           coalesce(string_to_array(a.tariff, ', '), '{}')
    FROM provodka.crm a WHERE b.s IS NULL AND a.tenant = whose AND a.account = b.id
  ) c
  ORDER BY b.r DESC, b.id;
END $$;
COMMENT ON FUNCTION provodka.search(text, text, int) IS
  'Finds subscribers, and accounts that have none, of a provider by whatever is known of them: a phone in any spelling or a part of it, the number of an account or a contract, parts of the name, the address or the e-mail in any order, also with typos and in Latin letters. The likeliest come first';
