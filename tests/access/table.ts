// Who may open what: the one list of every page, route and server action. What is built and not listed here fails the proof.
import type { Allow } from "../../lib/http/endpoint";

interface Page {
  who: Allow;
  /** The address that is asked for, where the page's own has variable parts. */
  at?: string;
  /** Whether it sends those on who have no need of it. */
  passes?: boolean;
  /** What of the seeded things only this page's reader may see. */
  shows?: keyof typeof SEEDED;
}

/** Things that are put into the database, to be looked for in every answer that must not hold them. */
export const SEEDED = {
  server: "seeded-server-b7f3",
  /** Label of that server: unlike its name no part of an address. */
  label: "seeded-label-2c8a",
  user: "seeded-user-91ce",
  log: "seeded-log-entry-5d20",
  key: "seeded-key-e46d",
  channel: "seeded-channel-77ab",
  /** Name of that channel: unlike its id no part of an address. */
  channelName: "seeded-channel-name-c60d",
  /** Value of a setting. */
  setting: "54321",
} as const;

export const PAGES: Readonly<Record<string, Page>> = {
  "/": { who: "servers:read" },
  "/activity": { who: "activity:read", shows: "user" },
  "/admin/audit": { who: "audit:read", shows: "user" },
  "/admin/collector": { who: "collector:read", shows: "server" },
  "/admin/logs": { who: "logs:read", shows: "log" },
  "/admin/settings": { who: "settings:read", shows: "setting" },
  "/admin/users": { who: "users:manage", shows: "user" },
  "/docs": { who: "signed_in" },
  "/docs/[chapter]": { who: "signed_in", at: "/docs/Users" },
  "/history": { who: "servers:read" },
  "/login": { who: "public", passes: true },
  "/monitoring": { who: "signed_in", passes: true },
  "/password": { who: "session" },
  "/profile": { who: "session" },
  "/register": { who: "public", passes: true },
  "/second-factor": { who: "session", passes: true },
  "/servers": { who: "servers:read", shows: "server" },
  "/servers/[name]": { who: "servers:read", at: `/servers/${SEEDED.server}`, shows: "label" },
  "/servers/[name]/activity": { who: "servers:read", at: `/servers/${SEEDED.server}/activity`, shows: "label" },
  "/servers/[name]/databases/[db]": {
    who: "servers:read",
    at: `/servers/${SEEDED.server}/databases/seeded`,
    shows: "label",
  },
  "/servers/[name]/databases": { who: "servers:read", at: `/servers/${SEEDED.server}/databases`, shows: "label" },
  "/servers/[name]/disk": { who: "servers:read", at: `/servers/${SEEDED.server}/disk`, shows: "label" },
  "/servers/[name]/host": { who: "servers:read", at: `/servers/${SEEDED.server}/host`, shows: "label" },
  "/servers/[name]/replication": { who: "servers:read", at: `/servers/${SEEDED.server}/replication`, shows: "label" },
  "/servers/[name]/wal": { who: "servers:read", at: `/servers/${SEEDED.server}/wal`, shows: "label" },
  "/ssh-keys": { who: "ssh_keys:read", shows: "key" },
  "/streams": { who: "streams:read", shows: "channelName" },
  "/streams/[id]": { who: "streams:read", at: `/streams/${SEEDED.channel}`, shows: "channelName" },
  "/streams/analytics": { who: "streams:read" },
  "/streams/sources": { who: "streams:read" },
};

const administered = (...methods: string[]): Record<string, Allow> =>
  Object.fromEntries(methods.map((method) => [method, "users:manage"]));

export const ROUTES: Readonly<Record<string, Readonly<Record<string, Allow>>>> = {
  "/api/alertmanager/webhook": { POST: "alerts:write" },
  "/api/analysis/criteria": { GET: "servers:read", PUT: "analysis:write" },
  "/api/audit/sessions": { GET: "audit:read" },
  "/api/audit/sessions/stats": { GET: "audit:read" },
  "/api/auth/[...nextauth]": { GET: "public", POST: "public" },
  "/api/auth/extend": { POST: "session" },
  "/api/auth/login": { POST: "public" },
  "/api/auth/logout": { POST: "public" },
  "/api/auth/me": { GET: "session" },
  "/api/auth/password": { PUT: "session" },
  "/api/collector": { GET: "collector:read" },
  "/api/collector/run": { POST: "servers:write" },
  "/api/cron/collect": { GET: "public" },
  "/api/config": { GET: "config:read", PUT: "settings:write" },
  "/api/config/perf": { GET: "config:read" },
  "/api/health": { GET: "public" },
  "/api/health/live": { GET: "public" },
  "/api/health/ready": { GET: "public" },
  "/api/history/compare": { GET: "servers:read" },
  "/api/history/export": { GET: "servers:read" },
  "/api/history/metrics": { GET: "servers:read" },
  "/api/history/metrics/types": { GET: "servers:read" },
  "/api/history/series": { GET: "servers:read" },
  "/api/live/sessions": { GET: "servers:read" },
  "/api/logout": { POST: "public" },
  "/api/logs": { GET: "logs:read" },
  "/api/logs/stats": { GET: "logs:read" },
  "/api/openapi.json": { GET: "signed_in" },
  "/api/pools/status": { GET: "servers:read" },
  "/api/query": { GET: "servers:read" },
  "/api/refresh": { POST: "public" },
  "/api/register": { POST: "public" },
  "/api/retention": { GET: "config:read", PUT: "settings:write" },
  "/api/retention/cleanup": { POST: "settings:write" },
  "/api/server/[name]/sessions/[pid]/cancel": { POST: "sessions:end" },
  "/api/server/[name]/sessions/[pid]/terminate": { POST: "sessions:end" },
  "/api/server/[name]/analysis": { GET: "servers:read" },
  "/api/server/[name]/db/[db]": { GET: "servers:read" },
  "/api/server/[name]/db/[db]/stats": { GET: "servers:read" },
  "/api/server/[name]/stats": { GET: "servers:read" },
  "/api/server_stats/[name]": { GET: "servers:read" },
  "/api/servers": { GET: "servers:read", POST: "servers:write" },
  "/api/servers/[name]": { GET: "servers:read", PUT: "servers:write", DELETE: "servers:write" },
  "/api/servers/[name]/latest": { GET: "servers:read" },
  "/api/servers/[name]/pause": { POST: "servers:write" },
  "/api/servers/[name]/resume": { POST: "servers:write" },
  "/api/servers/[name]/test-pg": { POST: "servers:write" },
  "/api/servers/[name]/test-ssh": { POST: "servers:write" },
  "/api/servers/test-pg": { POST: "servers:write" },
  "/api/servers/test-ssh": { POST: "servers:write" },
  "/api/settings": { GET: "settings:read", PUT: "settings:write" },
  "/api/ssh-keys": { GET: "ssh_keys:read" },
  "/api/ssh-keys/[id]": { GET: "ssh_keys:read", PUT: "ssh_keys:manage", DELETE: "ssh_keys:manage" },
  "/api/ssh-keys/[id]/download-public": { GET: "ssh_keys:read" },
  "/api/ssh-keys/[id]/servers": { GET: "ssh_keys:read" },
  "/api/ssh-keys/generate": { POST: "ssh_keys:create" },
  "/api/ssh-keys/import": { POST: "ssh_keys:create" },
  "/api/ssh-keys/import-file": { POST: "ssh_keys:create" },
  "/api/stats": { GET: "streams:read" },
  "/api/streams": { GET: "streams:read" },
  "/api/streams/analytics/listeners": { GET: "streams:read" },
  "/api/streams/analytics/summary": { GET: "streams:read" },
  "/api/streams/analytics/top-tracks": { GET: "streams:read" },
  "/api/streams/events": { POST: "streams:write" },
  "/api/streams/[id]": { GET: "streams:read", PATCH: "streams:write", DELETE: "streams:write" },
  "/api/streams/[id]/auto-end": { GET: "streams:read" },
  "/api/streams/[id]/auto-end/cancel": { POST: "streams:write" },
  "/api/streams/[id]/auto-end/end-now": { POST: "streams:write" },
  "/api/streams/[id]/auto-end/extend": { POST: "streams:write" },
  "/api/streams/[id]/auto-end/pause": { POST: "streams:write" },
  "/api/streams/[id]/auto-end/resume": { POST: "streams:write" },
  "/api/streams/[id]/commands": { GET: "streams:write" },
  "/api/streams/[id]/commands/[command]/ack": { POST: "streams:write" },
  "/api/streams/[id]/events": { GET: "streams:read", POST: "streams:write" },
  "/api/streams/[id]/plays": { GET: "streams:read" },
  "/api/stream-sources": { GET: "streams:read", POST: "streams:write" },
  "/api/stream-sources/[id]": { GET: "streams:read", PATCH: "streams:write", DELETE: "streams:write" },
  "/api/stream-sources/test": { POST: "streams:write" },
  "/api/system/activity": { GET: "activity:read" },
  "/api/system/metrics": { GET: "servers:read" },
  "/api/token": { POST: "public" },
  "/api/users": administered("GET", "POST"),
  "/api/users/[login]": administered("GET", "PUT", "PATCH", "DELETE"),
  "/api/users/[login]/approve": administered("POST"),
  "/api/users/[login]/block": administered("POST"),
  "/api/users/[login]/reject": administered("POST"),
  "/api/users/[login]/reset-password": administered("POST"),
  "/api/users/[login]/sessions": administered("DELETE"),
  "/api/users/[login]/totp": administered("DELETE"),
  "/api/users/[login]/unblock": administered("POST"),
  "/api/users/me": { GET: "session", PATCH: "profile:write" },
  "/api/users/me/sessions": { GET: "profile:write", DELETE: "profile:write" },
  "/api/users/me/sessions/[id]": { DELETE: "profile:write" },
  "/api/users/me/tokens": { GET: "profile:write", POST: "profile:write" },
  "/api/users/me/tokens/[id]": { DELETE: "profile:write" },
  "/api/users/me/totp": { GET: "session", POST: "session" },
  "/api/users/me/totp/confirm": { POST: "session" },
  "/api/users/me/totp/disable": { POST: "session" },
  "/api/users/me/totp/recovery-codes": { POST: "session" },
  "/api/ws/ticket": { POST: "servers:read" },
  "/healthz": { GET: "public" },
  "/metrics": { GET: "metrics:read" },
  "/readyz": { GET: "public" },
  "/redoc": { GET: "public" },
};

interface Action {
  who: Allow;
  /** What it takes, such that nothing but the permission refuses it, and nothing real is hit. */
  input: unknown;
}

const UUID = "0b8f1f0e-5d9e-4a53-9c1a-2f6d7e8a9b0c";
const gone = { login: "nobody-of-that-name", etag: "none" };
const users = (input: object = {}): Action => ({ who: "users:manage", input: { ...gone, ...input } });
const own = (input: object = {}): Action => ({ who: "session", input });

/** By file and exported name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  "app/(app)/admin/audit/actions.ts verifyChain": { who: "audit:read", input: {} },
  "app/(app)/admin/collector/actions.ts runNow": { who: "servers:write", input: { server: "nowhere" } },
  "app/(app)/admin/collector/actions.ts setEnabled": {
    who: "servers:write",
    input: { name: "nowhere", enabled: true },
  },
  "app/(app)/admin/settings/actions.ts cleanUp": { who: "settings:write", input: { dry_run: true } },
  "app/(app)/admin/settings/actions.ts previewSettings": { who: "settings:read", input: {} },
  "app/(app)/admin/settings/actions.ts saveSettings": { who: "settings:write", input: {} },
  "app/(app)/admin/users/actions.ts approve": users({ role: "viewer" }),
  "app/(app)/admin/users/actions.ts block": users(),
  "app/(app)/admin/users/actions.ts createUser": users({ login: SEEDED.user, email: null, role: "viewer" }),
  "app/(app)/admin/users/actions.ts editUser": users({ email: null, role: "viewer" }),
  "app/(app)/admin/users/actions.ts endSessions": users(),
  "app/(app)/admin/users/actions.ts reject": users({ reason: "no" }),
  "app/(app)/admin/users/actions.ts removeUser": users(),
  "app/(app)/admin/users/actions.ts resetPassword": users(),
  "app/(app)/admin/users/actions.ts resetSecondFactor": users(),
  "app/(app)/admin/users/actions.ts unblock": users(),
  "app/(app)/profile/actions.ts beginTotp": own({ current_password: "wrong" }),
  "app/(app)/profile/actions.ts confirmTotp": own({ code: "000000" }),
  "app/(app)/profile/actions.ts createToken": own({ name: "one", scopes: ["read"] }),
  "app/(app)/profile/actions.ts disableTotp": own({ current_password: "wrong", code: "000000" }),
  "app/(app)/profile/actions.ts endOthers": own(),
  "app/(app)/profile/actions.ts endSession": own({ id: UUID }),
  "app/(app)/profile/actions.ts newRecoveryCodes": own({ current_password: "wrong", code: "000000" }),
  "app/(app)/profile/actions.ts revokeToken": own({ id: UUID }),
  "app/(app)/profile/actions.ts saveProfile": own({ email: null }),
  "app/(app)/ssh-keys/actions.ts generate": { who: "ssh_keys:create", input: { name: SEEDED.key } },
  "app/(app)/ssh-keys/actions.ts importKey": { who: "ssh_keys:create", input: { name: "one", private_key: "none" } },
  "app/(app)/ssh-keys/actions.ts remove": { who: "ssh_keys:manage", input: { id: 2_000_000_000, etag: "none" } },
  "app/(app)/ssh-keys/actions.ts update": { who: "ssh_keys:manage", input: { id: 2_000_000_000, etag: "none" } },
  "app/(app)/streams/sources/actions.ts create": {
    who: "streams:write",
    input: { name: "nowhere", url: "http://127.0.0.1:1", enabled: false },
  },
  "app/(app)/streams/sources/actions.ts remove": { who: "streams:write", input: { id: 2_000_000_000, etag: "none" } },
  "app/(app)/streams/sources/actions.ts test": { who: "streams:write", input: { id: 2_000_000_000 } },
  "app/(app)/streams/sources/actions.ts update": { who: "streams:write", input: { id: 2_000_000_000, etag: "none" } },
  "app/(public)/register/actions.ts register": {
    who: "public",
    input: { login: "somebody-new", email: "new@example.org", password: "calm-meadow-31-stone" },
  },
  "app/(app)/servers/[name]/activity/actions.ts endSession": {
    who: "sessions:end",
    input: { server: "nowhere", pid: 1, verb: "cancel", backend_start: "2026-01-31T12:00:00Z" },
  },
  "app/(app)/servers/[name]/databases/actions.ts saveCriteria": {
    who: "analysis:write",
    input: { static_days: 30, inactive_days: 30, low_connections: 2 },
  },
  "app/(app)/servers/actions.ts changeServer": {
    who: "servers:write",
    input: { name: "nowhere", etag: "none", changes: {} },
  },
  "app/(app)/servers/actions.ts createServer": {
    who: "servers:write",
    input: { name: SEEDED.server, host: "127.0.0.1", port: 1, user: "nobody" },
  },
  "app/(app)/servers/actions.ts findHostKeys": {
    who: "servers:write",
    input: { text: "", host: "nowhere.example.org", port: 22 },
  },
  "app/(app)/servers/actions.ts loadForm": { who: "servers:write", input: { name: "nowhere" } },
  "app/(app)/servers/actions.ts removeServer": { who: "servers:write", input: { name: "nowhere" } },
  "app/(app)/servers/bulk-actions.ts setServersEnabled": {
    who: "servers:write",
    input: { names: ["nowhere"], enabled: true },
  },
  "app/(app)/streams/actions.ts changeTimer": {
    who: "streams:write",
    input: { channel_id: "nowhere", verb: "cancel" },
  },
  "app/(app)/streams/actions.ts endNow": { who: "streams:write", input: { channel_id: "nowhere" } },
  "app/(app)/streams/actions.ts remove": { who: "streams:write", input: { channel_id: "nowhere" } },
  "app/(app)/streams/actions.ts update": { who: "streams:write", input: { channel_id: "nowhere" } },
  "app/preferences.ts saveColumns": { who: "public", input: ["disk"] },
  "app/preferences.ts saveLanguage": { who: "public", input: "en" },
  "app/preferences.ts saveRefresh": { who: "public", input: 30 },
  "app/preferences.ts saveSidebar": { who: "public", input: true },
  "app/preferences.ts saveTheme": { who: "public", input: "dark" },
  "lib/http/session-actions.ts changePassword": own({
    current_password: "wrong",
    new_password: "calm-meadow-31-stone",
  }),
  "lib/http/session-actions.ts signIn": { who: "public", input: { username: "nobody-there", password: "wrong" } },
  "lib/http/session-actions.ts signOut": { who: "public", input: {} },
};
