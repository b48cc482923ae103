CREATE TABLE movement (
  tenant   text COLLATE "C" NOT NULL,
  day      date NOT NULL,
  kind     text COLLATE "C" NOT NULL,
  name     text COLLATE "C" NOT NULL,  -- empty: the accounts of all subscribers together
  currency text COLLATE "C" NOT NULL,
  debit    numeric NOT NULL,
  credit   numeric NOT NULL,
  PRIMARY KEY (tenant, day, kind, name, currency)
) WITH (fillfactor = 70);
