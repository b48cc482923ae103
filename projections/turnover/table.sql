CREATE TABLE tenant (
  tenant    text COLLATE "C" PRIMARY KEY,
  zone      text,
  currency  text,
  open_from date NOT NULL DEFAULT '0001-01-01'  -- the first day that takes entries
);

-- What a month moved of an account. In a month that is closed it also has what the account had before and
-- after, and both are frozen with it: the ledger takes no more entries there.
CREATE TABLE movement (
  tenant      text COLLATE "C" NOT NULL,
  account     text COLLATE "C" NOT NULL,
  month       date NOT NULL,
  currency    text NOT NULL,
  charged     numeric NOT NULL,
  credited    numeric NOT NULL,
  paid        numeric NOT NULL,
  adjusted    numeric NOT NULL,
  transferred numeric NOT NULL,
  written_off numeric NOT NULL,
  paid_out    numeric NOT NULL,
  opening     numeric,
  closing     numeric,
  moved       numeric GENERATED ALWAYS AS
    (credited + paid + adjusted + transferred + written_off - charged - paid_out) STORED,
  PRIMARY KEY (tenant, account, month)
) WITH (fillfactor = 80);
CREATE INDEX ON movement USING brin (month) WITH (pages_per_range = 32, autosummarize = on);

-- The days within a month, for balances at the end of any of them.
CREATE TABLE entry (
  time    timestamptz NOT NULL,
  tenant  text COLLATE "C" NOT NULL,
  account text COLLATE "C" NOT NULL,
  day     date NOT NULL,
  amount  numeric NOT NULL
) PARTITION BY RANGE (time);
CREATE INDEX ON entry USING brin (day) WITH (pages_per_range = 32, autosummarize = on);

CREATE TABLE closing (
  tenant          text COLLATE "C" NOT NULL,
  month           date NOT NULL,
  closed_at       timestamptz,
  closed_by       text,
  checkpoint_size bigint,
  checkpoint_root text,
  reopened_at     timestamptz,
  reopened_by     text,
  reason          text,
  PRIMARY KEY (tenant, month)
);

-- Freezes the months before `first_open` and thaws the others. Rows are looked at as they are at the end of a
-- batch, whatever happened before in it: of several calls the last one decides, and a month that was opened
-- and closed again in between is worked out anew.
CREATE PROCEDURE open_from(of_tenant text, first_open date) LANGUAGE sql
SET enable_seqscan = on SET enable_hashjoin = on SET enable_mergejoin = on
BEGIN ATOMIC
  UPDATE tenant t SET open_from = first_open WHERE t.tenant = of_tenant;
  UPDATE movement m SET opening = NULL, closing = NULL
  WHERE m.tenant = of_tenant AND m.month >= first_open AND m.closing IS NOT NULL;
  UPDATE movement m SET opening = f.closing - m.moved, closing = f.closing
  FROM (SELECT o.account, o.month,
               coalesce(c.closing, 0) + sum(o.moved) OVER (PARTITION BY o.account ORDER BY o.month) AS closing
        FROM movement o
        LEFT JOIN LATERAL (SELECT p.closing FROM movement p
                           WHERE p.tenant = of_tenant AND p.account = o.account AND p.month < o.month
                             AND p.closing IS NOT NULL
                           ORDER BY p.month DESC LIMIT 1) c ON true
        WHERE o.tenant = of_tenant AND o.month < first_open AND o.closing IS NULL) AS f
  WHERE m.tenant = of_tenant AND m.account = f.account AND m.month = f.month;
END;
