// A real HTTP server with the live socket, users with sessions, and clients that remember what they were told.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, vi } from "vitest";
import { type ClientOptions, WebSocket } from "ws";
import { pool, prisma } from "../../lib/db";
import { sealSession } from "../../lib/http/session-cookie";
import { sessionCookieName } from "../../lib/http/session-cookie-name";
import type { ServerMessage } from "../../lib/live/messages";
import { attachLive, type LiveOptions } from "../../lib/live/socket";
import { forgetSettings } from "../../lib/settings/queries";
import { TOKEN_PREFIX } from "../../lib/users/api-tokens";
import type { Role } from "../../lib/users/permissions";
import { createSession, hashOf, newSecret } from "../../lib/users/sessions";

/** Something that holds within 10 s, or the test fails with the last error. */
export const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** A user of that role. */
export async function createUser(login: string, role: Role, mustChangePassword = false): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    "INSERT INTO users (login, role, password_hash, must_change_password) VALUES ($1, $2, '-', $3) RETURNING id",
    [login, role, mustChangePassword],
  );
  if (!rows[0]) throw new Error("no user was made");
  return rows[0].id;
}

/** Headers that prove a new session of the user, and the session's id. */
export async function signIn(
  userId: string,
  kind: "bearer" | "browser" = "bearer",
): Promise<{ id: string; headers: Record<string, string> }> {
  const client = { ip: null, userAgent: null };
  const session = await createSession(prisma(), { userId, kind, client }, new Date());
  if (kind === "bearer") return { id: session.id, headers: { authorization: `Bearer ${session.secret}` } };
  return { id: session.id, headers: { cookie: `${sessionCookieName(false)}=${await sealSession(session)}` } };
}

/** Headers that prove a new API token of the user. */
export async function apiToken(userId: string, scopes: string[]): Promise<Record<string, string>> {
  const secret = `${TOKEN_PREFIX}${newSecret()}`;
  await prisma().apiToken.create({
    data: { userId, name: scopes.join(), prefix: "", tokenHash: hashOf(secret), scopes },
  });
  return { authorization: `Bearer ${secret}` };
}

/** A server named so with a machine, enabled. @returns its id */
export async function createServerRow(name: string): Promise<number> {
  const { rows } = await pool().query<{ id: number }>(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO servers (id, name, host_kind) SELECT id, $1, 'local' FROM made RETURNING id`,
    [name],
  );
  if (!rows[0]) throw new Error("no server was made");
  return rows[0].id;
}

/** Writes newest values as the collector does, and tells who listens. */
export async function writeLatest(subject: number, kind: string, data: unknown): Promise<void> {
  await pool().query(
    `WITH written AS (
       INSERT INTO latest (subject, kind, ts, data) VALUES ($1, $2, now(), $3)
       ON CONFLICT (subject, kind) DO UPDATE SET ts = excluded.ts, data = excluded.data)
     SELECT pg_notify('dozor_latest', $4)`,
    [subject, kind, JSON.stringify(data), `${subject}:${kind}`],
  );
}

export class LiveClient {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  /** HTTP status of an upgrade that was refused. */
  refused: number | undefined;

  constructor(address: string, options: ClientOptions) {
    this.socket = new WebSocket(address, options);
    this.socket.on("message", (data) => this.messages.push(JSON.parse(data.toString())));
    this.socket.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    this.socket.on("unexpected-response", (request, response) => {
      this.refused = response.statusCode;
      request.destroy();
    });
    this.socket.on("error", () => {});
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  of<Type extends ServerMessage["type"]>(type: Type): Extract<ServerMessage, { type: Type }>[] {
    return this.messages.filter((message): message is Extract<ServerMessage, { type: Type }> => message.type === type);
  }

  /** The first message of that type that fits, once it is there. */
  async first<Type extends ServerMessage["type"]>(
    type: Type,
    fits: (message: Extract<ServerMessage, { type: Type }>) => boolean = () => true,
  ) {
    return eventually(() => {
      const found = this.of(type).find(fits);
      if (!found) throw new Error(`no ${type} among ${this.messages.map((message) => message.type).join(", ")}`);
      return found;
    });
  }

  closedWith(): Promise<number> {
    return eventually(() => {
      if (!this.closed) throw new Error("still open");
      return this.closed.code;
    });
  }

  refusedWith(): Promise<number> {
    return eventually(() => {
      if (this.refused === undefined) throw new Error("not refused");
      return this.refused;
    });
  }
}

/** The live socket on a loopback port. */
export async function startLive(options?: LiveOptions) {
  const server = createServer((_, response) => response.end());
  const live = attachLive(server, options);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clients: LiveClient[] = [];
  return {
    live,
    port,
    origin: `http://127.0.0.1:${port}`,
    connect(headers: Record<string, string>, { path = "/ws/stats", ...rest }: ClientOptions & { path?: string } = {}) {
      const client = new LiveClient(`ws://127.0.0.1:${port}${path}`, { headers, ...rest });
      clients.push(client);
      return client;
    },
    async stop() {
      for (const client of clients) client.socket.terminate();
      await live.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A running live socket and a signed-in viewer, from the first to the last test of a file. Needs `useDatabase()`. */
export function useLive() {
  let app: Awaited<ReturnType<typeof startLive>> | undefined;
  let bearer: Record<string, string> = {};
  beforeAll(async () => {
    app = await startLive();
    bearer = (await signIn(await createUser("vera", "viewer"))).headers;
  });
  afterAll(() => app?.stop());
  const running = () => {
    if (!app) throw new Error("useLive(): ask inside a test or hook");
    return app;
  };
  return {
    get app() {
      return running();
    },
    /** Headers of the viewer's session. */
    get bearer() {
      return bearer;
    },
    /** A connection of the viewer that has been told everything. */
    async open(options?: ClientOptions): Promise<LiveClient> {
      const client = running().connect(bearer, options);
      await client.first("snapshot");
      return client;
    },
  };
}

/** Stores a setting, or takes it back to its default. */
export async function setSetting(key: string, value: number | string | boolean | null): Promise<void> {
  await pool().query("DELETE FROM settings WHERE key = $1", [key]);
  if (value !== null) {
    await pool().query("INSERT INTO settings (key, value) VALUES ($1, $2)", [key, JSON.stringify(value)]);
  }
  forgetSettings();
}
