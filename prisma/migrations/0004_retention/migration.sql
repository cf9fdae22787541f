-- Reduced history and what retention did: weeks of steps instead of samples.

-- One hour of one part in steps of step_s seconds. Column 0 of data holds the starts of those steps in which some series
-- has a finite value (ms since the start of the hour); the series of slot k (from 1) has the five columns from
-- 5 × (k - 1) + 1 on: n, sum, min, max, last. Column k lies as in sample_data.
CREATE TABLE sample_reduced (
  set_id integer NOT NULL,
  hour integer NOT NULL,
  step_s smallint NOT NULL,
  offs integer[] NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (set_id, hour)
) PARTITION BY RANGE (hour);
-- Up to 2.6 kB of offsets stay beside the row, which is compressed before it would move out of line.
ALTER TABLE sample_reduced ALTER COLUMN offs SET STORAGE MAIN;
ALTER TABLE sample_reduced ALTER COLUMN data SET STORAGE EXTERNAL;

-- What the last run of retention did. One row.
CREATE TABLE retention (
  id integer PRIMARY KEY CHECK (id = 1),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_archive_run timestamptz(3),
  deleted_count bigint NOT NULL DEFAULT 0,
  downsampled_count bigint NOT NULL DEFAULT 0,
  freed_bytes bigint NOT NULL DEFAULT 0
);
INSERT INTO retention (id) VALUES (1);
