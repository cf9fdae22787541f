-- Rows of sealed history take fewer bytes from here on. What is stored stays as it is and is read as before; versions before
-- this one could not read the new rows, and with this migration do not try.
COMMENT ON COLUMN sample_data.offs IS
  'Of column k, offs[k + 1] is its first byte (from 0) times 8192, plus its length. Beginning with 0, as before: from offs[2k + 1] to before offs[2k + 2].';
COMMENT ON COLUMN sample_reduced.offs IS 'As in sample_data.';
COMMENT ON COLUMN sample_hour.agg IS
  '128 plus the number of slots (a byte), for each slot where its aggregate starts (two bytes), the aggregates. Without the 128, as before: one byte for each slot, and aggregates of 36 bytes.';
COMMENT ON COLUMN sample_day.agg IS 'As in sample_hour.';
