-- History: which series exist, what came in since the last sealing, sealed hours, hourly aggregates.
-- Times are milliseconds, hours are hours since the epoch, both UTC: half the size of a timestamptz where it counts.

-- A part of one probe's series. A sample row belongs to one part, so that a wide probe is never read or written whole.
CREATE TABLE series_set (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject integer NOT NULL REFERENCES subject (id),
  probe text NOT NULL,
  part integer NOT NULL
);
CREATE UNIQUE INDEX series_set_subject_probe_part_key ON series_set (subject, probe, part);

-- Slots (from 1) are given once and never again: rows written earlier are shorter, never different.
CREATE TABLE series (
  set_id integer NOT NULL REFERENCES series_set (id),
  slot smallint NOT NULL CHECK (slot BETWEEN 1 AND 64),
  subject integer NOT NULL,
  metric text NOT NULL,
  labels jsonb NOT NULL,
  PRIMARY KEY (set_id, slot)
);
-- A mount path as a label may be longer than an index entry, its hash is not.
CREATE UNIQUE INDEX series_identity_key ON series (subject, metric, md5(labels::text));

-- One row per part and tick; NULL in the array is no sample. At most 560 bytes, so never out of line.
CREATE TABLE sample_head (
  ts bigint NOT NULL,
  set_id integer NOT NULL,
  values double precision[] NOT NULL,
  PRIMARY KEY (set_id, ts)
) WITH (
  -- Sealing deletes an hour at once: clean up then, and do not scan for the inserts in between.
  autovacuum_vacuum_threshold = 1000,
  autovacuum_vacuum_scale_factor = 0.2,
  autovacuum_vacuum_insert_threshold = -1,
  autovacuum_analyze_threshold = 10000,
  autovacuum_analyze_scale_factor = 0.5
);
ALTER TABLE sample_head ALTER COLUMN values SET STORAGE PLAIN;

-- The times are column 0 of data, the series of slot k is column k; column k lies between offs[2k + 1] and offs[2k + 2]
-- (bytes from 0), and equal columns share their bytes. Already compressed: EXTERNAL lets substring() read one column alone.
CREATE TABLE sample_data (
  set_id integer NOT NULL,
  hour integer NOT NULL,
  offs integer[] NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (set_id, hour)
) PARTITION BY RANGE (hour);
ALTER TABLE sample_data ALTER COLUMN data SET STORAGE EXTERNAL;

-- 36 bytes per slot: n (integer), sum, min, max, last (double precision). At most 2.4 kB and kept in line: a year is read without detours.
CREATE TABLE sample_hour (
  set_id integer NOT NULL,
  hour integer NOT NULL,
  agg bytea NOT NULL,
  PRIMARY KEY (set_id, hour)
) PARTITION BY RANGE (hour);
ALTER TABLE sample_hour ALTER COLUMN agg SET STORAGE PLAIN;
