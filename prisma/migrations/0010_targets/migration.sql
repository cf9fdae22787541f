-- What it takes to register servers: SSH keys, how a machine is reached, intervals of a server's own, the databases seen on it.

CREATE TABLE ssh_keys (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  description text,
  -- As the key itself says: ssh-ed25519, ssh-rsa, ecdsa-sha2-nistp256 …
  key_type text NOT NULL,
  bits integer,
  fingerprint text NOT NULL,
  public_key text NOT NULL,
  -- Sealed; inside, a key with a passphrase is still encrypted with it.
  private_key text NOT NULL,
  has_passphrase boolean NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by text
);
CREATE UNIQUE INDEX ssh_keys_name_key ON ssh_keys (name);
CREATE UNIQUE INDEX ssh_keys_fingerprint_key ON ssh_keys (fingerprint);

ALTER TABLE servers
  -- Without one the machine has the address of its PostgreSQL.
  ADD COLUMN ssh_host text,
  ADD COLUMN ssh_port integer,
  ADD COLUMN ssh_user text,
  ADD COLUMN ssh_auth_type text CHECK (ssh_auth_type IN ('password', 'key')),
  ADD COLUMN ssh_password text,
  ADD COLUMN ssh_key_id integer REFERENCES ssh_keys (id),
  ADD COLUMN ssh_key_passphrase text,
  -- Host keys that somebody has confirmed, as "type base64".
  ADD COLUMN ssh_host_keys text[] NOT NULL DEFAULT '{}',
  -- Seconds by the name of the setting that they override.
  ADD COLUMN intervals jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN created_by text,
  DROP CONSTRAINT servers_host_kind_check,
  ADD CONSTRAINT servers_host_kind_check CHECK (host_kind IN ('local', 'ssh'));
CREATE INDEX servers_ssh_key_id_idx ON servers (ssh_key_id);

-- A deleted server is gone at once; its history follows in the background.
ALTER TABLE subject ADD COLUMN deleted_at timestamptz(3);

-- Databases seen on a server. One that was made anew under the same name has another oid and is another row.
CREATE TABLE server_databases (
  subject integer NOT NULL REFERENCES subject (id),
  oid bigint NOT NULL,
  name text NOT NULL,
  owner text,
  encoding text,
  -- Where the server can tell.
  created_at timestamptz(3),
  first_seen_at timestamptz(3) NOT NULL DEFAULT now(),
  dropped_at timestamptz(3),
  PRIMARY KEY (subject, oid)
);
CREATE INDEX server_databases_subject_name_idx ON server_databases (subject, name);
