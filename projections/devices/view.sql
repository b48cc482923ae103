CREATE OR REPLACE VIEW provodka.devices AS
SELECT d.tenant, d.device, d.kind, d.address, d.mode, CASE WHEN d.retired IS NULL THEN 'active' ELSE 'retired' END AS state,
       d.registered, d.changed, d.retired, d.retired_for,
       coalesce(s.points, 0) AS points, coalesce(s.unconfirmed, 0) AS unconfirmed, d.results, d.failures, d.repairs,
       r.repairs_day, d.reported AS last_report, d.outcome AS last_outcome, d.point AS last_point, d.ms AS last_ms,
       d.failed AS last_failure, d.failed_point AS last_failure_point, d.detail AS last_failure_detail, d.serves
FROM device d
-- As the device agent has it: the device that a point names, else the one with the longest prefix around its address,
-- else, where no device says prefixes, the only one.
LEFT JOIN (
  SELECT a.tenant, coalesce(a.device, nearest.device, single.device) AS device, count(*) AS points,
         count(*) FILTER (WHERE NOT a.in_step AND (a.version > 0 OR a.applied_version = a.version)) AS unconfirmed
  FROM provodka.access a
  LEFT JOIN (
    SELECT DISTINCT ON (p.tenant, p.point) p.tenant, p.point, x.device
    FROM place p JOIN device x ON x.tenant = p.tenant AND x.retired IS NULL
    CROSS JOIN unnest(x.serves) AS prefix
    WHERE p.address <<= prefix
    ORDER BY p.tenant, p.point, masklen(prefix) DESC
  ) nearest ON nearest.tenant = a.tenant AND nearest.point = a.point
  LEFT JOIN (
    SELECT x.tenant, min(x.device) AS device FROM device x WHERE x.retired IS NULL
    GROUP BY x.tenant HAVING count(*) = 1 AND sum(cardinality(x.serves)) = 0
  ) single ON single.tenant = a.tenant AND coalesce(a.address, a.mac, a.login) IS NOT NULL
  -- A point of a closed account stays where it is until that is another's place.
  WHERE NOT a.closed OR NOT EXISTS (
    SELECT FROM place p
    JOIN place q ON q.tenant = p.tenant AND (q.address = p.address OR q.mac = p.mac OR q.login = p.login)
    JOIN provodka.access b ON b.tenant = q.tenant AND b.point = q.point AND NOT b.closed
    WHERE p.tenant = a.tenant AND p.point = a.point
  )
  GROUP BY 1, 2
) s ON s.tenant = d.tenant AND s.device = d.device AND d.retired IS NULL
CROSS JOIN LATERAL (
  SELECT count(*) AS repairs_day FROM result x
  WHERE x.tenant = d.tenant AND x.device = d.device AND x.outcome = 'repaired'
    AND x.time > greatest(now(), d.reported) - interval '1 day'
) r;
COMMENT ON VIEW provodka.devices IS 'The routers: where they are, what they serve, and what became of what was asked of them';
COMMENT ON COLUMN provodka.devices.tenant IS 'The provider whose router it is';
COMMENT ON COLUMN provodka.devices.device IS 'The router''s name';
COMMENT ON COLUMN provodka.devices.kind IS 'How it is talked to: routeros_api, routeros_api_tls, routeros_rest or routeros_rest_tls';
COMMENT ON COLUMN provodka.devices.address IS 'Host and port';
COMMENT ON COLUMN provodka.devices.mode IS 'How it switches a point off: address_list, dhcp_lease, ppp_secret or simple_queue';
COMMENT ON COLUMN provodka.devices.state IS 'active or retired';
COMMENT ON COLUMN provodka.devices.registered IS 'When it was registered';
COMMENT ON COLUMN provodka.devices.changed IS 'When it was registered, changed or retired last';
COMMENT ON COLUMN provodka.devices.retired IS 'When it was retired';
COMMENT ON COLUMN provodka.devices.retired_for IS 'Why it was retired, as the person gave it';
COMMENT ON COLUMN provodka.devices.points IS
  'How many access points it serves: those that name it, and of those that name none the ones whose address its prefixes are nearest around; where no router says prefixes, the only one serves all that have an address, a MAC or a login';
COMMENT ON COLUMN provodka.devices.unconfirmed IS
  'Of those: whose wanted state it has not reported as done. A new point that was on from the beginning asks nothing of it';
COMMENT ON COLUMN provodka.devices.results IS 'How many results it has reported';
COMMENT ON COLUMN provodka.devices.failures IS 'Of those: failed';
COMMENT ON COLUMN provodka.devices.repairs IS 'Of those: it had lost the point, and has it again';
COMMENT ON COLUMN provodka.devices.repairs_day IS
  'Repairs within the last 24 hours, by the clock, or up to its last report where the ledger is ahead of that';
COMMENT ON COLUMN provodka.devices.last_report IS 'When it reported last';
COMMENT ON COLUMN provodka.devices.last_outcome IS 'What it reported last: applied, repaired or failed';
COMMENT ON COLUMN provodka.devices.last_point IS 'The access point that it reported on last';
COMMENT ON COLUMN provodka.devices.last_ms IS 'How long that took it, in milliseconds';
COMMENT ON COLUMN provodka.devices.last_failure IS 'When it reported a failure last';
COMMENT ON COLUMN provodka.devices.last_failure_point IS 'The access point that this was about';
COMMENT ON COLUMN provodka.devices.last_failure_detail IS 'What the router said to that';
COMMENT ON COLUMN provodka.devices.serves IS 'The prefixes of the addresses that it serves';

CREATE OR REPLACE VIEW provodka.device_results AS
SELECT tenant, sequence, time, day, device, account, point, version, outcome, ms, detail FROM result;
COMMENT ON VIEW provodka.device_results IS 'Everything that routers have reported, a row a result';
COMMENT ON COLUMN provodka.device_results.tenant IS 'The provider whose router it is';
COMMENT ON COLUMN provodka.device_results.sequence IS 'The number of the event in the tenant''s log';
COMMENT ON COLUMN provodka.device_results.time IS 'When it was recorded';
COMMENT ON COLUMN provodka.device_results.day IS 'The day of that, in the provider''s time zone';
COMMENT ON COLUMN provodka.device_results.device IS 'The router';
COMMENT ON COLUMN provodka.device_results.account IS 'Whose access point it is';
COMMENT ON COLUMN provodka.device_results.point IS 'The access point';
COMMENT ON COLUMN provodka.device_results.version IS 'The version of the point''s wanted state that the result is of';
COMMENT ON COLUMN provodka.device_results.outcome IS
  'applied: the router has it now; repaired: it had lost it and has it again; failed: it could not be brought to it';
COMMENT ON COLUMN provodka.device_results.ms IS 'From asking the router to its answer, in milliseconds';
COMMENT ON COLUMN provodka.device_results.detail IS 'What the router said, where it failed';

CREATE OR REPLACE VIEW provodka.device_days AS
SELECT tenant, day, device, count(*) AS results, count(*) FILTER (WHERE outcome = 'failed') AS failures,
       count(*) FILTER (WHERE outcome = 'repaired') AS repairs, count(DISTINCT point) AS points,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) AS p50_ms, percentile_disc(0.99) WITHIN GROUP (ORDER BY ms) AS p99_ms,
       max(ms) AS max_ms
FROM result GROUP BY tenant, day, device;
COMMENT ON VIEW provodka.device_days IS 'What each router reported in a day, and how long it took';
COMMENT ON COLUMN provodka.device_days.tenant IS 'The provider whose router it is';
COMMENT ON COLUMN provodka.device_days.day IS 'The day on which the results were recorded, in the provider''s time zone';
COMMENT ON COLUMN provodka.device_days.device IS 'The router';
COMMENT ON COLUMN provodka.device_days.results IS 'How many results it reported';
COMMENT ON COLUMN provodka.device_days.failures IS 'Of those: failed';
COMMENT ON COLUMN provodka.device_days.repairs IS 'Of those: it had lost the point, and has it again';
COMMENT ON COLUMN provodka.device_days.points IS 'How many access points they are about';
COMMENT ON COLUMN provodka.device_days.p50_ms IS 'Half of the results took no longer, in milliseconds';
COMMENT ON COLUMN provodka.device_days.p99_ms IS '99 of 100 results took no longer, in milliseconds';
COMMENT ON COLUMN provodka.device_days.max_ms IS 'The longest, in milliseconds';

SELECT provodka_runner.publish('devices', '{device}');
SELECT provodka_runner.publish('device_results', '{sequence}');
SELECT provodka_runner.publish('device_days', '{day,device}');
