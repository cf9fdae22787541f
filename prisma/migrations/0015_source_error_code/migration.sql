-- Why the last poll of a source failed, for programs and other languages.

ALTER TABLE stream_sources ADD COLUMN error_code text;
