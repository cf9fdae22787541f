-- Seconds before the end at which a channel of its own is warned; empty: as the settings say.
ALTER TABLE channels ADD COLUMN auto_end_warnings integer[] NOT NULL DEFAULT '{}';
