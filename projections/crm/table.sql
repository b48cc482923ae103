CREATE TABLE tenant (
  tenant   text COLLATE "C" PRIMARY KEY,
  zone     text,
  currency text
);

-- What is searched for and what is searched in, in one spelling: small letters, Cyrillic written in Latin ones,
-- whatever parts words as a space. So Иванов is found as ivanov too, ё is е, and the trigrams do not depend on
-- the locale of the cluster: in "C" no Cyrillic letter is a letter to them. The commonest letters come first,
-- and those that stay are in the list too, because translate() looks for each letter from its beginning.
-- A text is spelled letter by letter, whatever stands beside it, and all letters that are spelled otherwise are
-- below U+2200: the fold asks for each of them once and spells the rows itself, which costs a tenth of this.
CREATE FUNCTION spelling(what text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
RETURN replace(replace(replace(replace(replace(replace(replace(replace(
  translate(lower(what COLLATE "C"),
    ' оеаинтсрвлкмдпуыгзбйэфё' || 'яжхчшюцщ' || '0123456789' || 'etaoinsrlmudkvcpgbyzhfjwxq' || '.,-/@'
    || 'АБВГДЕЁЗИЙКЛМНОПРСТУФЫЭ' || 'ЖХЦЧШЩЮЯ' || E';:\\()[]<>"''«»„“”№#_+*%\t\n\r'
    || 'ІЇЎЄҐіїўєґ' || 'ӘҒҚҢӨҰҮҺәғқңөұүһ'
    || 'ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåçèéêëìíîïñòóôõöøùúûüýÿ'
    || 'ĄĆĘŁŃŚŹŻąćęłńśźżČĎĚŇŘŠŤŮŽčďěňřšťůžĞİŞğışĂȘȚășț' || 'ЬЪьъʼ’',
    ' oeaintsrvlkmdpuygzbiefe' || 'яжхчшюцщ' || '0123456789' || 'etaoinsrlmudkvcpgbyzhfjwxq' || '     '
    || 'abvgdeeziiklmnoprstufye' || 'жхцчшщюя' || repeat(' ', 25)
    || 'iiuegiiueg' || 'agknouuhagknouuh'
    || 'aaaaaaceeeeiiiinoooooouuuuyaaaaaaceeeeiiiinoooooouuuuyy'
    || 'acelnszzacelnszzcdenrstuzcdenrstuzgisgisastast'),
  'ж', 'zh'), 'х', 'h'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'sch'), 'ю', 'yu'), 'я', 'ya');

CREATE TABLE subscriber (
  tenant        text COLLATE "C" NOT NULL,
  subscriber    text COLLATE "C" NOT NULL,
  kind          text,
  language      text,
  name          text,
  phones        text[],
  email         text,
  addresses     text[],
  tax_number    text,
  contract      text,
  contract_date date,
  note          text,
  hold          boolean,
  erased        boolean,
  registered    timestamptz,
  changed       timestamptz,
  -- In one spelling; the number of the subscriber is own_words.
  name_words     text COLLATE "C",
  contract_words text COLLATE "C",
  address_words  text COLLATE "C",
  email_words    text COLLATE "C",
  tax_words      text COLLATE "C",
  own_words      text COLLATE "C",
  -- A space at both ends, so that the first and the last word begin and end as all others do.
  search        text COLLATE "C" GENERATED ALWAYS AS (CASE WHEN erased THEN '' ELSE
    ' ' || coalesce(name_words, '') || ' ' || coalesce(contract_words, '') || ' ' || coalesce(address_words, '') || ' '
    || coalesce(email_words, '') || ' ' || coalesce(tax_words, '') || ' ' || own_words || ' ' END) STORED,
  digits        text COLLATE "C",   -- of the phones, a space between two
  contract_key  text COLLATE "C",   -- spelled, without spaces
  PRIMARY KEY (tenant, subscriber)
);

CREATE TABLE account (
  tenant      text COLLATE "C" NOT NULL,
  account     text COLLATE "C" NOT NULL,
  subscriber  text COLLATE "C",
  label       text,
  status      text,
  opened      date,
  closed      date,
  search      text COLLATE "C",   -- the number and the label, spelled
  account_key text COLLATE "C",   -- spelled, without spaces
  PRIMARY KEY (tenant, account)
);
CREATE INDEX ON account (tenant, subscriber);

-- Apart from the account, because it changes with every entry: its rows are small, are in one index and have
-- room beside them for their next version.
CREATE TABLE standing (
  tenant    text COLLATE "C" NOT NULL,
  account   text COLLATE "C" NOT NULL,
  balance   numeric,
  available numeric,
  currency  text,
  access    text,
  version   bigint,
  PRIMARY KEY (tenant, account)
) WITH (fillfactor = 50);

CREATE TABLE subscription (
  tenant       text COLLATE "C" NOT NULL,
  subscription text COLLATE "C" NOT NULL,
  account      text COLLATE "C",
  tariff       text,
  next_tariff  text,
  next_from    date,   -- the day from which it is the next tariff
  ends         date,   -- the first day without it
  PRIMARY KEY (tenant, subscription)
);
CREATE INDEX ON subscription (tenant, account);
