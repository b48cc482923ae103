CREATE OR REPLACE VIEW provodka.vat_book AS
SELECT s.tenant, s.month, s.rate, s.service, s.currency,
       s.charges, s.charged_net, s.charged_vat, s.charged_net + s.charged_vat AS charged_gross,
       s.credits, s.credited_net, s.credited_vat, s.credited_net + s.credited_vat AS credited_gross,
       s.charged_net - s.credited_net AS net, s.charged_vat - s.credited_vat AS vat,
       s.charged_net + s.charged_vat - s.credited_net - s.credited_vat AS gross
FROM sale s;
COMMENT ON VIEW provodka.vat_book IS 'VAT of each month by rate and service: what was charged, what was given back, and what is left to be declared';
COMMENT ON COLUMN provodka.vat_book.tenant IS 'The provider who charges it';
COMMENT ON COLUMN provodka.vat_book.month IS 'The first day of the month of the business dates';
COMMENT ON COLUMN provodka.vat_book.rate IS 'In percent; 0 where no VAT was charged';
COMMENT ON COLUMN provodka.vat_book.service IS 'The service that was charged for';
COMMENT ON COLUMN provodka.vat_book.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.vat_book.charges IS 'How many charges there were';
COMMENT ON COLUMN provodka.vat_book.charged_net IS 'Charged, without VAT; an instalment plan counts as a whole when it is agreed';
COMMENT ON COLUMN provodka.vat_book.charged_vat IS 'VAT of what was charged';
COMMENT ON COLUMN provodka.vat_book.charged_gross IS 'Charged, with VAT';
COMMENT ON COLUMN provodka.vat_book.credits IS 'How many times something was given back';
COMMENT ON COLUMN provodka.vat_book.credited_net IS 'Given back, without VAT';
COMMENT ON COLUMN provodka.vat_book.credited_vat IS 'VAT of what was given back, at the rate that was charged';
COMMENT ON COLUMN provodka.vat_book.credited_gross IS 'Given back, with VAT';
COMMENT ON COLUMN provodka.vat_book.net IS 'Charged less given back, without VAT';
COMMENT ON COLUMN provodka.vat_book.vat IS 'VAT of what was charged less that of what was given back';
COMMENT ON COLUMN provodka.vat_book.gross IS 'Charged less given back, with VAT';

SELECT provodka_runner.publish('vat_book', '{month,service,rate}');
