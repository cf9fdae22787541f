-- Who may do what, and what was done: users, sessions, audit, activity, system log, settings.

CREATE TABLE users (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  login text NOT NULL,
  email text,
  role text NOT NULL CHECK (role IN ('admin', 'operator', 'viewer')),
  status text NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'blocked', 'rejected')),
  password_hash text NOT NULL,
  must_change_password boolean NOT NULL DEFAULT false,
  language text CHECK (language IN ('en', 'ru')),
  theme text CHECK (theme IN ('light', 'dark', 'system')),
  time_zone text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  last_login_at timestamptz(3)
);
CREATE UNIQUE INDEX users_login_key ON users (login);
CREATE UNIQUE INDEX users_email_key ON users (email);

CREATE TABLE sessions (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('browser', 'bearer')),
  token_hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  ip text,
  user_agent text,
  revoked_at timestamptz(3)
);
CREATE UNIQUE INDEX sessions_token_hash_key ON sessions (token_hash);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE throttle (
  key text PRIMARY KEY,
  window_start timestamptz(3) NOT NULL,
  count integer NOT NULL
);

CREATE TABLE audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  event_type text NOT NULL,
  actor text,
  user_id uuid,
  ip_address text,
  user_agent text,
  session_id uuid,
  target_kind text,
  target_id text,
  target_name text,
  details jsonb NOT NULL DEFAULT '{}',
  previous_mac bytea NOT NULL,
  mac bytea NOT NULL
);
CREATE INDEX audit_log_created_at_idx ON audit_log (created_at);
CREATE INDEX audit_log_event_type_idx ON audit_log (event_type);

CREATE TABLE activity_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  type text NOT NULL,
  severity text NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
  message text NOT NULL CHECK (char_length(message) BETWEEN 1 AND 500),
  user_email text,
  actor text,
  target_kind text,
  target_id text,
  target_name text,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX activity_events_created_at_idx ON activity_events (created_at);
CREATE INDEX activity_events_type_idx ON activity_events (type);

CREATE TABLE system_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  level text NOT NULL CHECK (level IN ('info', 'warning', 'error')),
  source text NOT NULL,
  server text,
  message text NOT NULL,
  details jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX system_log_created_at_idx ON system_log (created_at);

CREATE TABLE settings (
  key text PRIMARY KEY,
  value jsonb NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_by text
);

-- One row per encryption key that was ever used here, so that a wrong key is noticed at start and not at first use.
CREATE TABLE key_check (
  key_id text PRIMARY KEY,
  check_value text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  until timestamptz(3) NOT NULL
);
