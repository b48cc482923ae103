CREATE TABLE tenant (
  tenant    text COLLATE "C" PRIMARY KEY,
  name      text,
  currency  text,
  zone      text,
  locale    text,
  threshold numeric,
  created   timestamptz,
  open_from date
);

CREATE TABLE service (
  tenant  text COLLATE "C" NOT NULL,
  service text COLLATE "C" NOT NULL,
  names   jsonb,
  rank    integer,
  needs   text,
  revenue text,
  vat     jsonb,
  PRIMARY KEY (tenant, service)
);

CREATE TABLE tariff (
  tenant     text COLLATE "C" NOT NULL,
  tariff     text COLLATE "C" NOT NULL,
  version    integer NOT NULL,
  service    text COLLATE "C",
  from_day   date,
  mode       text,
  period     text,
  anchor     text,
  price      numeric,
  shortage   text,
  setup_fee  numeric,
  trial_days integer,
  due_days   integer,
  down       bigint,
  up         bigint,
  quota      bigint,
  grouped    text,
  PRIMARY KEY (tenant, tariff, version)
);

CREATE TABLE closed (
  tenant text COLLATE "C" NOT NULL,
  tariff text COLLATE "C" NOT NULL,
  day    date,
  PRIMARY KEY (tenant, tariff)
);
