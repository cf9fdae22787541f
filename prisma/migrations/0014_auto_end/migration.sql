-- Why a channel is being ended, and what auto-end did, counted.

ALTER TABLE auto_end
  -- While ending.
  ADD COLUMN reason text,
  -- A person's will, which holds also if somebody listens.
  ADD COLUMN wanted boolean NOT NULL DEFAULT false;

-- For dozor_auto_end_events_total.
CREATE TABLE auto_end_counts (
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  reason text NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (channel, reason)
);
