-- What of a probe's newest answer only /metrics tells: counters as they stand, as a table (lib/row-table.ts). Never searched,
-- so its text is kept as it is.
ALTER TABLE latest ADD COLUMN exposed json;
