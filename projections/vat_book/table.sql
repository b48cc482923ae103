CREATE TABLE sale (
  tenant       text COLLATE "C" NOT NULL,
  month        date NOT NULL,
  service      text COLLATE "C" NOT NULL,
  rate         numeric NOT NULL,
  currency     text,
  charges      bigint NOT NULL,
  charged_net  numeric NOT NULL,
  charged_vat  numeric NOT NULL,
  credits      bigint NOT NULL,
  credited_net numeric NOT NULL,
  credited_vat numeric NOT NULL,
  PRIMARY KEY (tenant, month, service, rate)
) WITH (fillfactor = 70);
