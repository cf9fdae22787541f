// Things that random requests can mean, by the names of their fields.
import { generateKeyPairSync } from "node:crypto";
import { prisma } from "../../lib/db";
import { createUser, PASSWORD } from "../support/users";
import type { Known } from "./arbitrary";

const KEY = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "pkcs1", format: "pem" },
}).privateKey;

/** One channel that is about to be ended, one whose end waits, a command, a source. */
export const CHANNELS = `
  DELETE FROM channels; DELETE FROM stream_sources;
  INSERT INTO subject (id, kind) OVERRIDING SYSTEM VALUE VALUES (900001, 'channel'), (900002, 'channel') ON CONFLICT DO NOTHING;
  INSERT INTO channels (id, channel_id, status, known_status, listeners) VALUES
    (900001, '1', 'playing', 'playing', 0), (900002, '2', 'playing', 'playing', 0);
  INSERT INTO auto_end (channel, state, armed_at, deadline, remaining_ms) VALUES
    (900001, 'armed', now(), now() + interval '1 hour', NULL), (900002, 'paused', now(), NULL, 60000);
  INSERT INTO stream_commands (id, channel, command, reason) OVERRIDING SYSTEM VALUE VALUES (1, 900001, 'stop', 'no_listeners'), (2, 900002, 'stop', 'no_listeners')
    ON CONFLICT DO NOTHING;
  ALTER TABLE stream_commands ALTER COLUMN id RESTART WITH 3;
  INSERT INTO stream_sources (id, name, url) OVERRIDING SYSTEM VALUE VALUES (1, 'known', 'http://icecast.example.org:8000');
  ALTER TABLE stream_sources ALTER COLUMN id RESTART WITH 2`;

/** With people of every status, made now. */
export async function knownThings(): Promise<Known> {
  const people = await Promise.all(
    (["active", "pending", "blocked"] as const).map(async (status) => {
      const user = await createUser({ role: "viewer", status });
      return prisma().user.update({ where: { id: user.id }, data: { email: `${user.login}@example.org` } });
    }),
  );
  const names = [...people.map(({ login }) => login), "me", "nobody-of-that-name"];
  return {
    login: names,
    username: [...names.slice(0, 1), ...names.slice(0, 1), ...names],
    email: ["new@example.org", "other@example.org", "nobody"],
    name: ["local", "nowhere"],
    server: ["local", "nowhere"],
    host: ["db.example.org", "127.0.0.1"],
    ssh_host: ["db.example.org", "127.0.0.1"],
    ssh_user: ["watcher"],
    private_key: [KEY],
    file: [KEY],
    password: [PASSWORD, "short", "another good 7 password"],
    current_password: [PASSWORD, "wrong"],
    new_password: ["another good 7 password", "password"],
    metrics: ["cpu.usage_percent", "cpu.usage_percent", "nothing.such"],
    metric_type: ["cpu"],
    ...Object.fromEntries(
      ["from", "start_time", "date_from", "start_time_1", "start_time_2"].map((name) => [
        name,
        ["2026-03-02T00:00:00Z"],
      ]),
    ),
    ...Object.fromEntries(
      ["to", "end_time", "date_to", "end_time_1", "end_time_2"].map((name) => [name, ["2026-03-02T01:30:00Z"]]),
    ),
    tz: ["Europe/Moscow", "UTC", "Mars/Base"],
    otp: ["123456", "000000"],
    id: ["1", "1", "2"],
    command: ["1", "2"],
    channel: ["1", "nowhere"],
    channel_id: ["1", "new"],
    url: ["http://icecast.example.org:8000", "https://radio.example.org"],
  };
}
