-- What is watched, and how the watching goes: subjects, servers, probe state, latest values, watch leases.

-- A subject owns series: a server, a channel, or Dozor itself (always id 1). Ids are never used again.
CREATE TABLE subject (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('self', 'server', 'channel')),
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
INSERT INTO subject (kind) VALUES ('self');

CREATE TABLE servers (
  id integer PRIMARY KEY REFERENCES subject (id),
  name text NOT NULL,
  enabled boolean NOT NULL DEFAULT true,
  labels jsonb NOT NULL DEFAULT '{}',
  host_kind text CHECK (host_kind IN ('local')),
  pg_host text,
  pg_port integer,
  pg_user text,
  pg_password text,
  pg_database text,
  pg_sslmode text CHECK (pg_sslmode IN ('disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full')),
  pg_ca text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX servers_name_key ON servers (name);

CREATE TABLE probe_state (
  subject integer NOT NULL REFERENCES subject (id),
  probe text NOT NULL,
  interval_seconds double precision NOT NULL,
  last_run_at timestamptz(3),
  duration_ms double precision,
  outcome text CHECK (outcome IN ('ok', 'nothing', 'failed')),
  code text,
  message text,
  last_success_at timestamptz(3),
  failures integer NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  next_run_at timestamptz(3),
  PRIMARY KEY (subject, probe)
) WITH (fillfactor = 50);

-- Failures and changes only; kept 7 days.
CREATE TABLE run (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  subject integer NOT NULL REFERENCES subject (id),
  probe text NOT NULL,
  started_at timestamptz(3) NOT NULL,
  duration_ms double precision NOT NULL,
  outcome text NOT NULL,
  code text,
  message text
);
CREATE INDEX run_started_at_idx ON run (started_at);

-- Overwritten at every run and measured anew within one interval: not worth a write-ahead log.
CREATE UNLOGGED TABLE latest (
  subject integer NOT NULL,
  kind text NOT NULL,
  ts timestamptz(3) NOT NULL,
  data jsonb NOT NULL,
  PRIMARY KEY (subject, kind)
) WITH (fillfactor = 50);

-- Somebody looks at a subject until then and wants its values this often.
CREATE UNLOGGED TABLE watch (
  subject integer NOT NULL,
  kind text NOT NULL,
  interval_seconds double precision NOT NULL,
  until timestamptz(3) NOT NULL,
  PRIMARY KEY (subject, kind, interval_seconds)
);
