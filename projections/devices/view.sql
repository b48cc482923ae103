CREATE OR REPLACE VIEW provodka.devices AS
SELECT d.tenant, d.device, d.kind, d.address, d.mode, CASE WHEN d.retired IS NULL THEN 'active' ELSE 'retired' END AS state,
       d.registered, d.changed, d.retired, d.retired_for, s.points, s.unconfirmed, d.results, d.failures, d.repairs,
       r.repairs_day, d.reported AS last_report, d.outcome AS last_outcome, d.point AS last_point, d.ms AS last_ms,
       d.failed AS last_failure, d.failed_point AS last_failure_point, d.detail AS last_failure_detail
FROM device d
-- As the device agent has it: a point that names no device, and says where it is, is the only device's.
CROSS JOIN LATERAL (
  SELECT count(*) AS points,
         count(*) FILTER (WHERE NOT p.in_step AND (p.version > 0 OR p.applied_version = p.version)) AS unconfirmed
  FROM (
    SELECT a.in_step, a.version, a.applied_version FROM provodka.access a
    WHERE a.tenant = d.tenant AND a.device = d.device AND NOT a.closed AND d.retired IS NULL
    UNION ALL
    SELECT a.in_step, a.version, a.applied_version FROM provodka.access a
    WHERE a.tenant = d.tenant AND a.device IS NULL AND NOT a.closed AND coalesce(a.address, a.mac, a.login) IS NOT NULL
      AND d.retired IS NULL
      AND NOT EXISTS (SELECT FROM device o WHERE o.tenant = d.tenant AND o.device <> d.device AND o.retired IS NULL)
  ) p
) s
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
  'How many access points it serves: those that name it; where it is the only router, also those that name none and have an address, a MAC or a login';
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
