CREATE OR REPLACE VIEW provodka.access AS
SELECT p.tenant, p.point, p.account, p.device, p.login, p.address, p.mac,
       coalesce(p.wanted, 'on') AS wanted, coalesce(p.reasons, '{}') AS reasons, coalesce(p.version, 0) AS version, p.since,
       f.subscription, f.service, f.tariff, f.state AS subscription_state, f.paid_until,
       CASE WHEN coalesce(p.wanted, 'on') = 'off' THEN coalesce(f.needed, 0) ELSE 0 END AS needed, t.currency,
       p.applied, p.applied_version, p.applied_at, p.applied_by, p.applied_ms, p.applied_detail,
       coalesce(p.confirmed_version = p.version, false) AS in_step,
       CASE WHEN p.confirmed_version = p.version THEN p.confirmed_at END AS in_step_since, coalesce(p.closed, false) AS closed
FROM point p
JOIN tenant t ON t.tenant = p.tenant
LEFT JOIN followed f ON f.tenant = p.tenant AND f.point = p.point
WHERE p.removed IS NULL;
COMMENT ON VIEW provodka.access IS 'Every access point: whether it is wanted on, why not, and what is missing for it';
COMMENT ON COLUMN provodka.access.tenant IS 'The provider whose access point it is';
COMMENT ON COLUMN provodka.access.point IS 'The access point';
COMMENT ON COLUMN provodka.access.account IS 'Whose it is';
COMMENT ON COLUMN provodka.access.device IS 'The router that it names';
COMMENT ON COLUMN provodka.access.login IS 'Its login with PPP';
COMMENT ON COLUMN provodka.access.address IS 'Its address on the network';
COMMENT ON COLUMN provodka.access.mac IS 'Its MAC address';
COMMENT ON COLUMN provodka.access.subscription IS
  'The one that it follows: of those that serve it the first by rank that has not ended, or the first where all have';
COMMENT ON COLUMN provodka.access.service IS 'Of that';
COMMENT ON COLUMN provodka.access.tariff IS 'Of that';
COMMENT ON COLUMN provodka.access.subscription_state IS 'Of that: pending, trial, active, off or ended';
COMMENT ON COLUMN provodka.access.currency IS 'Of what is needed';
COMMENT ON COLUMN provodka.access.wanted IS 'on or off: what the routers are to follow';
COMMENT ON COLUMN provodka.access.reasons IS 'Why it is off; all of them have to go for it to be on';
COMMENT ON COLUMN provodka.access.version IS 'Rises with each change of the reasons';
COMMENT ON COLUMN provodka.access.since IS 'When the wanted state changed last';
COMMENT ON COLUMN provodka.access.paid_until IS 'The last day that this subscription has been charged for; null where it has ended';
COMMENT ON COLUMN provodka.access.needed IS
  'What has to come in for this subscription to be on, by its price today, with what goes to others before it';
COMMENT ON COLUMN provodka.access.applied IS 'What a router reported last: applied; repaired: it had lost the point and has it again; or failed';
COMMENT ON COLUMN provodka.access.applied_version IS 'The version that the report is of';
COMMENT ON COLUMN provodka.access.applied_by IS 'The router that reported';
COMMENT ON COLUMN provodka.access.applied_ms IS 'How long the router took';
COMMENT ON COLUMN provodka.access.applied_at IS 'When it reported';
COMMENT ON COLUMN provodka.access.applied_detail IS 'What the router said, where it failed';
COMMENT ON COLUMN provodka.access.in_step IS 'Whether the router that serves the point has reported the present version as done';
COMMENT ON COLUMN provodka.access.in_step_since IS 'When it did; where it had lost the point and has it again, when that was repaired';
COMMENT ON COLUMN provodka.access.closed IS
  'Its account was closed: its router keeps it, and off, until another point is given its address, MAC or login';
SELECT provodka_runner.publish('access', '{point}');

CREATE OR REPLACE VIEW provodka.leakage AS
SELECT x.* FROM (
  SELECT p.tenant, p.point, p.account, p.device,
         CASE WHEN coalesce(p.wanted, 'on') = 'on'
              THEN CASE WHEN f.state IS NULL THEN 'on without a subscription'
                        WHEN f.state IN ('off', 'ended', 'pending') THEN 'on while the subscription is ' || f.state
                        WHEN f.paid_until < provodka.today(t.zone) THEN 'on and not paid for' END
              WHEN f.state IN ('active', 'trial') AND f.paid_until >= provodka.today(t.zone) THEN 'paid for but off'
         END AS finding,
         coalesce(p.reasons, '{}') AS reasons, f.subscription, f.state AS subscription_state, f.paid_until, p.since
  FROM point p
  JOIN tenant t ON t.tenant = p.tenant
  LEFT JOIN followed f ON f.tenant = p.tenant AND f.point = p.point
  -- Routers keep the points of closed accounts off whatever is wanted.
  WHERE p.removed IS NULL AND p.closed IS NOT TRUE) x
WHERE x.finding IS NOT NULL;
COMMENT ON VIEW provodka.leakage IS 'Access points that are on without a paid stretch of service, or paid for and off';
COMMENT ON COLUMN provodka.leakage.tenant IS 'The provider whose access point it is';
COMMENT ON COLUMN provodka.leakage.point IS 'The access point';
COMMENT ON COLUMN provodka.leakage.account IS 'Whose it is';
COMMENT ON COLUMN provodka.leakage.device IS 'The router that it names';
COMMENT ON COLUMN provodka.leakage.reasons IS 'Why it is off';
COMMENT ON COLUMN provodka.leakage.subscription IS 'The one that it follows, as in access';
COMMENT ON COLUMN provodka.leakage.subscription_state IS 'Of that: pending, trial, active, off or ended';
COMMENT ON COLUMN provodka.leakage.since IS 'When the wanted state changed last';
COMMENT ON COLUMN provodka.leakage.finding IS 'What is wrong with it';
COMMENT ON COLUMN provodka.leakage.paid_until IS 'The last day that this subscription has been charged for';
SELECT provodka_runner.publish('leakage', '{point}');
