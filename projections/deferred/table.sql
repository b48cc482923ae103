CREATE TABLE income (
  tenant     text COLLATE "C" NOT NULL,
  service    text COLLATE "C" NOT NULL,
  month      date NOT NULL,
  currency   text,
  charged    numeric NOT NULL,
  credited   numeric NOT NULL,
  recognised numeric NOT NULL,
  PRIMARY KEY (tenant, service, month)
) WITH (fillfactor = 70);
