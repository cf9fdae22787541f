-- Sessions of a watched server while somebody looks at them. They hold texts of queries, which not everybody may read:
-- kept apart from `latest`, which all who may see servers read; never in the write-ahead log, and gone when nobody looks.
CREATE UNLOGGED TABLE live_sessions (
  subject integer PRIMARY KEY,
  ts timestamptz(3) NOT NULL,
  data jsonb NOT NULL
);

-- What somebody wants done to a session of a watched server: the instance that holds the server does it and writes the result.
CREATE TABLE session_request (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject integer NOT NULL,
  verb text NOT NULL CHECK (verb IN ('cancel', 'terminate')),
  pid integer NOT NULL,
  -- As the watched server told it, to the microsecond.
  backend_start text NOT NULL,
  asked_at timestamptz(3) NOT NULL DEFAULT now(),
  taken_at timestamptz(3),
  result jsonb
);
CREATE INDEX session_request_subject_idx ON session_request (subject);
