-- What only the search needs. Made of the rows that are there it costs a quarter of what it costs with each row.
CREATE INDEX ON subscriber USING gin (search gin_trgm_ops) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON subscriber USING gin (digits gin_trgm_ops) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON subscriber (tenant, contract_key);
CREATE INDEX ON account USING gin (search gin_trgm_ops) WITH (gin_pending_list_limit = 512);
CREATE INDEX ON account (tenant, account_key);
