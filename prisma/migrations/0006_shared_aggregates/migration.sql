-- Series of a part that came to the same aggregate in an hour share it. agg: the number of slots (a byte), for each slot
-- the place of its aggregate among those that follow (a byte), and the aggregates of 36 bytes as they were.
UPDATE sample_hour SET agg = set_byte('\x00'::bytea, 0, length(agg) / 36)
  || (SELECT coalesce(string_agg(set_byte('\x00'::bytea, 0, place), ''::bytea ORDER BY place), ''::bytea)
      FROM generate_series(0, length(agg) / 36 - 1) AS place)
  || agg;
