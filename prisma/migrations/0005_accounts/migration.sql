-- Accounts that a team can share: second factor, refresh and personal tokens, approval, repeats of requests, anchors of the audit chain.

ALTER TABLE users
  ADD COLUMN totp_secret text,
  ADD COLUMN totp_confirmed_at timestamptz(3),
  -- The newest time step whose code was taken: a code is good once.
  ADD COLUMN totp_last_step bigint,
  ADD COLUMN decided_at timestamptz(3),
  ADD COLUMN decided_by text,
  ADD COLUMN rejection_reason text;

CREATE TABLE recovery_codes (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  used_at timestamptz(3)
);
CREATE UNIQUE INDEX recovery_codes_user_id_code_hash_key ON recovery_codes (user_id, code_hash);

-- Access tokens and refresh tokens that came from one sign-in are a family, and end together.
ALTER TABLE sessions ADD COLUMN family_id uuid;
CREATE INDEX sessions_family_id_idx ON sessions (family_id);

CREATE TABLE refresh_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  family_id uuid NOT NULL,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  token_hash bytea NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3) NOT NULL,
  used_at timestamptz(3),
  revoked_at timestamptz(3),
  ip text,
  user_agent text
);
CREATE UNIQUE INDEX refresh_tokens_token_hash_key ON refresh_tokens (token_hash);
CREATE INDEX refresh_tokens_family_id_idx ON refresh_tokens (family_id);
CREATE INDEX refresh_tokens_user_id_idx ON refresh_tokens (user_id);
CREATE INDEX refresh_tokens_expires_at_idx ON refresh_tokens (expires_at);

CREATE TABLE api_tokens (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name text NOT NULL,
  -- The first characters, by which people tell their tokens apart.
  prefix text NOT NULL,
  token_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  last_used_at timestamptz(3),
  last_used_ip text,
  revoked_at timestamptz(3)
);
CREATE UNIQUE INDEX api_tokens_token_hash_key ON api_tokens (token_hash);
CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id);

-- What a POST with an Idempotency-Key was answered. No status yet: it is under way.
CREATE TABLE idempotency (
  caller text NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer,
  headers jsonb,
  body text,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (caller, key)
);
CREATE INDEX idempotency_created_at_idx ON idempotency (created_at);

-- Signed points of the audit chain: `retention` names the last entry that was removed by age, `head` the newest one.
CREATE TABLE audit_anchor (
  kind text PRIMARY KEY CHECK (kind IN ('retention', 'head')),
  entry_id bigint NOT NULL,
  mac bytea NOT NULL,
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  signature bytea NOT NULL
);

CREATE INDEX audit_log_actor_idx ON audit_log (actor);
CREATE INDEX system_log_level_created_at_idx ON system_log (level, created_at);

-- Whoever keeps what it read about sessions, users or servers hears of each change with its commit; no verb can forget to tell.
CREATE FUNCTION tell_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dozor_sessions', CASE TG_TABLE_NAME WHEN 'users' THEN OLD.id ELSE (to_jsonb(OLD) ->> 'user_id')::uuid END::text);
  RETURN NULL;
END $$;
CREATE TRIGGER users_tell AFTER DELETE OR UPDATE OF login, email, role, status, must_change_password, language, theme, time_zone, totp_confirmed_at
  ON users FOR EACH ROW EXECUTE FUNCTION tell_sessions();
CREATE TRIGGER sessions_tell AFTER DELETE OR UPDATE OF revoked_at ON sessions FOR EACH ROW EXECUTE FUNCTION tell_sessions();
CREATE TRIGGER api_tokens_tell AFTER DELETE OR UPDATE OF revoked_at ON api_tokens FOR EACH ROW EXECUTE FUNCTION tell_sessions();

CREATE FUNCTION tell_servers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('dozor_servers', coalesce(NEW.id, OLD.id)::text);
  RETURN NULL;
END $$;
CREATE TRIGGER servers_tell AFTER INSERT OR UPDATE OR DELETE ON servers FOR EACH ROW EXECUTE FUNCTION tell_servers();
