-- Live streams: channels, what is reported of them, what was played, and how they are ended when nobody listens.

-- Icecast servers that are polled.
CREATE TABLE stream_sources (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  kind text NOT NULL DEFAULT 'icecast' CHECK (kind IN ('icecast')),
  url text NOT NULL,
  username text,
  -- Sealed.
  password text,
  interval_seconds integer NOT NULL DEFAULT 5 CHECK (interval_seconds BETWEEN 1 AND 60),
  enabled boolean NOT NULL DEFAULT true,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now(),
  created_by text,
  -- What the last polls gave.
  polled_at timestamptz(3),
  answered_at timestamptz(3),
  failures integer NOT NULL DEFAULT 0,
  error text
);
CREATE UNIQUE INDEX stream_sources_name_key ON stream_sources (name);

CREATE TABLE channels (
  id integer PRIMARY KEY REFERENCES subject (id),
  -- As its source calls it.
  channel_id text NOT NULL,
  name text,
  source_id integer REFERENCES stream_sources (id) ON DELETE SET NULL,
  status text NOT NULL DEFAULT 'stopped' CHECK (status IN ('playing', 'paused', 'stopped', 'placeholder', 'unknown')),
  -- What it was before it fell silent.
  known_status text NOT NULL DEFAULT 'stopped',
  -- Time of the newest event by kind of state: an older one does not turn the state back.
  newest jsonb NOT NULL DEFAULT '{}',
  track jsonb,
  position_seconds double precision,
  position_at timestamptz(3),
  started_at timestamptz(3),
  -- NULL: not known.
  listeners integer,
  queue_size integer,
  bitrate_kbps double precision,
  codec text,
  -- When something was heard of it last, by our clock.
  heard_at timestamptz(3) NOT NULL DEFAULT now(),
  -- Up to when days and the running play are reckoned.
  reckoned_at timestamptz(3) NOT NULL DEFAULT now(),
  error text,
  error_at timestamptz(3),
  webhook_url text,
  -- Sealed.
  webhook_secret text,
  auto_end_enabled boolean,
  auto_end_timeout_seconds integer CHECK (auto_end_timeout_seconds BETWEEN 60 AND 3600),
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX channels_channel_id_key ON channels (channel_id);
CREATE INDEX channels_source_id_idx ON channels (source_id);

-- What was reported, once each.
CREATE TABLE stream_events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  event_id text,
  event text NOT NULL,
  ts timestamptz(3) NOT NULL,
  received_at timestamptz(3) NOT NULL DEFAULT now(),
  data jsonb NOT NULL DEFAULT '{}'
);
CREATE UNIQUE INDEX stream_events_channel_event_id_key ON stream_events (channel, event_id) WHERE event_id IS NOT NULL;
CREATE INDEX stream_events_channel_id_idx ON stream_events (channel, id);
CREATE INDEX stream_events_received_at_idx ON stream_events (received_at);

-- What was played; the running one of a channel has no end yet.
CREATE TABLE stream_plays (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  track_key text NOT NULL,
  track jsonb NOT NULL,
  started_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  played_seconds double precision NOT NULL DEFAULT 0,
  -- Seconds of it for which the listeners were known, and listeners times those seconds.
  known_seconds double precision NOT NULL DEFAULT 0,
  listener_seconds double precision NOT NULL DEFAULT 0,
  peak integer
);
CREATE UNIQUE INDEX stream_plays_running_key ON stream_plays (channel) WHERE ended_at IS NULL;
CREATE INDEX stream_plays_channel_started_at_idx ON stream_plays (channel, started_at);
CREATE INDEX stream_plays_started_at_idx ON stream_plays (started_at);

-- A channel by day (UTC).
CREATE TABLE stream_days (
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  day date NOT NULL,
  -- Seconds that it was watched at all, on air, and on air with known listeners.
  watched_seconds double precision NOT NULL DEFAULT 0,
  on_air_seconds double precision NOT NULL DEFAULT 0,
  known_seconds double precision NOT NULL DEFAULT 0,
  listener_seconds double precision NOT NULL DEFAULT 0,
  peak integer,
  PRIMARY KEY (channel, day)
);

-- The timer of a channel that nobody listens to. No row: idle.
CREATE TABLE auto_end (
  channel integer PRIMARY KEY REFERENCES channels (id) ON DELETE CASCADE,
  -- held: cancelled until a listener has come and gone; suspended: listeners unknown; ending: the stop is sent.
  state text NOT NULL CHECK (state IN ('armed', 'suspended', 'paused', 'held', 'ending')),
  armed_at timestamptz(3) NOT NULL,
  -- While armed.
  deadline timestamptz(3),
  -- While suspended or paused.
  remaining_ms bigint,
  warnings_sent integer[] NOT NULL DEFAULT '{}',
  -- A listener was there since it was cancelled.
  had_listener boolean NOT NULL DEFAULT false,
  command_id bigint,
  retries integer NOT NULL DEFAULT 0,
  updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX auto_end_deadline_idx ON auto_end (deadline);

-- What a streamer is told to do, at least once.
CREATE TABLE stream_commands (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  command text NOT NULL CHECK (command IN ('stop')),
  reason text NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  delivered_at timestamptz(3),
  acknowledged_at timestamptz(3),
  -- No longer to be carried out: the channel stopped, or ten minutes have passed.
  ended_at timestamptz(3),
  attempts integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz(3),
  error text
);
CREATE INDEX stream_commands_channel_id_idx ON stream_commands (channel, id);
CREATE INDEX stream_commands_open_idx ON stream_commands (next_attempt_at) WHERE acknowledged_at IS NULL AND ended_at IS NULL;

-- Warnings and ends for open pages, in order; kept for an hour.
CREATE TABLE stream_notices (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel integer NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  type text NOT NULL CHECK (type IN ('auto_end_warning', 'auto_end_cancelled', 'auto_end_triggered')),
  data jsonb NOT NULL,
  created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX stream_notices_created_at_idx ON stream_notices (created_at);

-- One-time tickets for the WebSocket, as hashes.
CREATE TABLE ws_tickets (
  ticket_hash bytea PRIMARY KEY,
  session_id uuid,
  token_id uuid,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  until timestamptz(3) NOT NULL
);
CREATE INDEX ws_tickets_until_idx ON ws_tickets (until);
