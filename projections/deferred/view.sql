CREATE OR REPLACE VIEW provodka.deferred AS
SELECT i.tenant, i.service, i.month, i.currency, i.charged, i.credited, i.recognised,
       i.charged - i.credited - i.recognised AS unearned
FROM income i;
COMMENT ON VIEW provodka.deferred IS 'Income that was charged before its month began, by the month that it belongs to';
COMMENT ON COLUMN provodka.deferred.tenant IS 'The provider whose income it is';
COMMENT ON COLUMN provodka.deferred.service IS 'The service that was charged for';
COMMENT ON COLUMN provodka.deferred.month IS 'The first day of the month that earns it';
COMMENT ON COLUMN provodka.deferred.currency IS 'ISO 4217 code';
COMMENT ON COLUMN provodka.deferred.charged IS 'Charged ahead for that month, without VAT';
COMMENT ON COLUMN provodka.deferred.credited IS 'Given back of it before it was earned';
COMMENT ON COLUMN provodka.deferred.recognised IS 'Became income when the month began';
COMMENT ON COLUMN provodka.deferred.unearned IS 'What is still owed in service; zero once the month has begun';

SELECT provodka_runner.publish('deferred', '{service,month}');
