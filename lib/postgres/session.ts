// One open connection to a watched server: statements one after another, each with a limit here as well as there.
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type pg from "pg";
import { ProbeError, type SqlRow, type SqlSession } from "../probe";
import { type FailureContext, toProbeError } from "./failure";
import type { Verified } from "./sslmode";

/** How the connection is encrypted; `certificateEndsAt` is the server's (or its pooler's), in UTC. */
export interface TlsFacts {
  protocol: string;
  cipher: string;
  certificateEndsAt: Date | null;
  /** What was checked of the certificate: that it is issued for this host by a known authority, the authority alone, or nothing. */
  verified: Verified;
}

/** What asking has cost so far. */
export interface Spent {
  /** Statements sent. */
  queries: number;
  /** Time waited for their answers. */
  ms: number;
}

export interface TargetSession extends SqlSession {
  /** Null: not encrypted. */
  readonly tls: TlsFacts | null;
  /** False once the connection is lost or closed; it never comes back. */
  readonly open: boolean;
  /** Whether a statement runs or waits; otherwise the next one goes out at once. */
  readonly busy: boolean;
  /** Whether a pooler stands in between: what is set for a session there may reach other clients, so nothing is. */
  readonly pooled: boolean;
  /** The server that answered last: behind a pooler it may be another one each time. Null where it is always the same. */
  readonly origin: string | null;
  /** Since the connection was opened. */
  readonly spent: Readonly<Spent>;
  /** Asks the server to end the running statement, over a connection of its own. Throws ProbeError. */
  cancel(): Promise<void>;
  /** Ends a running statement and the connection; takes 3 s at most and never throws. */
  close(): Promise<void>;
}

/** What a session is made of. */
export interface SessionParts {
  client: pg.Client;
  socket: Socket;
  version: number;
  pooled: boolean;
  verified: Verified;
  spent: Spent;
  context: FailureContext;
  cancel(): Promise<void>;
}

/** Limits that hold for every statement until `limitStatements` sets another; a lock is waited for a fifth of it. */
export const STATEMENT_MS = 5_000;
export const LOCK_MS = 1_000;

/** The server ends a statement at its limit; this much later we stop waiting for it to say so. */
const GRACE_MS = 2_000;
const CLOSE_MS = 1_000;

// Statements are constants of this code, so their number is bounded; parsing them once per connection saves half their cost.
const statementNames = new Map<string, string>();

function statementName(sql: string): string {
  const known = statementNames.get(sql);
  if (known) return known;
  const name = `dozor_${statementNames.size + 1}`;
  statementNames.set(sql, name);
  return name;
}

/**
 * Begins a transaction that sets, for its own time, what a session of one's own has set for good. Should this process stand
 * still, the server ends it: the connection is lent. Tells since when the server that was lent runs, too.
 */
function beginOf(version: number, limitMs: number): string {
  const settings = [
    "application_name = 'dozor'",
    `statement_timeout = ${limitMs}`,
    `lock_timeout = ${LOCK_MS}`,
    "idle_in_transaction_session_timeout = 10000",
    "search_path = pg_catalog",
    "datestyle = 'ISO'",
    "timezone = 'UTC'",
    ...(version >= 11 ? ["jit = off"] : []),
  ];
  const all = settings.map((setting) => `SET LOCAL ${setting}`).join("; ");
  return `BEGIN READ ONLY; ${all}; SELECT pg_catalog.pg_postmaster_start_time() AS started`;
}

function tlsFacts(socket: Socket, verified: Verified): TlsFacts | null {
  if (!(socket instanceof TLSSocket)) return null;
  const endsAt = new Date(socket.getPeerCertificate().valid_to ?? Number.NaN);
  return {
    protocol: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().name,
    certificateEndsAt: Number.isNaN(endsAt.getTime()) ? null : endsAt,
    verified,
  };
}

/** Resolves with `true` when `work` ended within the time, whatever its result. */
export async function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const ended = work.then(
    () => true,
    () => true,
  );
  return Promise.race([ended, late]).finally(() => clearTimeout(timer));
}

export class Session implements TargetSession {
  readonly version: number;
  readonly pooled: boolean;
  readonly tls: TlsFacts | null;
  readonly spent: Spent;
  open = true;
  origin: string | null = null;
  private limitMs = STATEMENT_MS;
  private running = 0;
  private closing = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SessionParts) {
    this.version = parts.version;
    this.pooled = parts.pooled;
    this.spent = parts.spent;
    this.tls = tlsFacts(parts.socket, parts.verified);
    const lost = () => {
      this.open = false;
      parts.socket.destroy();
    };
    parts.client.on("error", lost).on("end", lost);
  }

  get busy(): boolean {
    return this.running > 0;
  }

  query(sql: string, parameters: readonly unknown[] = []): Promise<SqlRow[]> {
    this.running += 1;
    const answer = this.last
      .then(() => this.run(sql, parameters))
      .finally(() => {
        this.running -= 1;
      });
    this.last = answer.catch(() => {});
    return answer;
  }

  private async run(sql: string, parameters: readonly unknown[]): Promise<SqlRow[]> {
    const { socket, context } = this.parts;
    if (!this.open || this.closing) throw toProbeError(new Error("closed"), context);
    try {
      if (this.pooled) return await this.inTransaction(sql, parameters);
      return await this.send({ name: statementName(sql), text: sql, values: [...parameters] }, this.limitMs);
    } catch (error) {
      const alive = this.open && !this.closing && !socket.destroyed;
      throw toProbeError(error, alive ? { ...context, otherwise: "internal" } : context);
    }
  }

  private async inTransaction(sql: string, parameters: readonly unknown[]): Promise<SqlRow[]> {
    try {
      const [lent] = await this.send({ text: beginOf(this.version, this.limitMs) }, STATEMENT_MS);
      this.origin = String(lent?.started);
      // Closed while the pooler had nothing to lend: nobody waits for the answer any more.
      if (this.closing) throw new Error("closed");
      const rows = await this.send({ text: sql, values: [...parameters] }, this.limitMs);
      await this.send({ text: "COMMIT" }, STATEMENT_MS);
      return rows;
    } catch (error) {
      // A connection whose transaction cannot be ended is given back closed.
      if (this.open) await this.send({ text: "ROLLBACK" }, STATEMENT_MS).catch(() => this.parts.socket.destroy());
      throw error;
    }
  }

  /** Sends one message and waits a little longer than the server may take for it. @returns rows of its last statement */
  private async send(query: pg.QueryConfig, serverLimitMs: number): Promise<SqlRow[]> {
    const { client, socket, context } = this.parts;
    const limit = serverLimitMs + GRACE_MS;
    const timer = setTimeout(() => {
      socket.destroy(new ProbeError("timeout", `${context.address} did not answer within ${limit / 1000} s`));
    }, limit);
    const started = performance.now();
    this.spent.queries += 1;
    try {
      const answers = [await client.query<SqlRow>(query)].flat();
      return answers.at(-1)?.rows ?? [];
    } finally {
      clearTimeout(timer);
      this.spent.ms += performance.now() - started;
    }
  }

  /** See `limitStatements`. */
  async limit(milliseconds: number): Promise<void> {
    if (!this.pooled)
      await this.query("SELECT pg_catalog.set_config('statement_timeout', $1, false)", [String(milliseconds)]);
    this.limitMs = milliseconds;
  }

  cancel(): Promise<void> {
    return this.parts.cancel();
  }

  async close(): Promise<void> {
    const { client, socket } = this.parts;
    this.closing = true;
    if (this.open && this.running > 0) await endsWithin(this.cancel(), CLOSE_MS);
    this.open = false;
    if (!(await endsWithin(client.end(), CLOSE_MS))) socket.destroy();
  }
}

/** Sets the limit of each further statement of this session, there and here; only for a session of one's own. */
export async function limitStatements(session: SqlSession, milliseconds: number): Promise<void> {
  if (session instanceof Session) await session.limit(milliseconds);
}

/** How this session is encrypted, or null when it is not (or nothing is known of it). */
export function tlsOf(session: SqlSession): TlsFacts | null {
  return session instanceof Session ? session.tls : null;
}
