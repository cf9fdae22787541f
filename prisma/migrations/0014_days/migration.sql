-- What the hours of a day (UTC) came to, in the shape of sample_hour: a year is read from 365 rows of a part and not from 8,760.
-- Written by sealing in the transaction that changes the hours; a day without a row is read from its hours.
CREATE TABLE sample_day (
  set_id integer NOT NULL,
  -- Days since the epoch.
  day integer NOT NULL,
  agg bytea NOT NULL,
  PRIMARY KEY (set_id, day)
);
ALTER TABLE sample_day ALTER COLUMN agg SET STORAGE PLAIN;
-- Days go with the month that holds their hours.
CREATE INDEX sample_day_day_idx ON sample_day (day);
