// One open connection to a watched server: statements one after another, each with a limit here as well as there.
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type pg from "pg";
import { ProbeError, type SqlRow, type SqlSession } from "../probe";
import { type FailureContext, toProbeError } from "./failure";

/** How the connection is encrypted; `certificateEndsAt` is the server's (or its pooler's), in UTC. */
export interface TlsFacts {
  protocol: string;
  cipher: string;
  certificateEndsAt: Date | null;
}

export interface TargetSession extends SqlSession {
  /** Null: not encrypted. */
  readonly tls: TlsFacts | null;
  /** False once the connection is lost or closed; it never comes back. */
  readonly open: boolean;
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
  statementTimeoutMs: number;
  context: FailureContext;
  cancel(): Promise<void>;
}

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

function tlsFacts(socket: Socket): TlsFacts | null {
  if (!(socket instanceof TLSSocket)) return null;
  const endsAt = new Date(socket.getPeerCertificate().valid_to ?? Number.NaN);
  return {
    protocol: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().name,
    certificateEndsAt: Number.isNaN(endsAt.getTime()) ? null : endsAt,
  };
}

/** Resolves with `true` when `work` ended within the time, whatever its result. */
async function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
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
  readonly tls: TlsFacts | null;
  open = true;
  statementTimeoutMs: number;
  private running = 0;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: SessionParts) {
    this.version = parts.version;
    this.statementTimeoutMs = parts.statementTimeoutMs;
    this.tls = tlsFacts(parts.socket);
    const lost = () => {
      this.open = false;
    };
    parts.client.on("error", lost).on("end", lost);
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
    const { client, socket, context } = this.parts;
    if (!this.open) throw toProbeError(new Error("closed"), context);
    const limit = this.statementTimeoutMs + GRACE_MS;
    const timer = setTimeout(() => {
      socket.destroy(new ProbeError("timeout", `${context.address} did not answer within ${limit / 1000} s`));
    }, limit);
    try {
      const result = await client.query<SqlRow>({ name: statementName(sql), text: sql, values: [...parameters] });
      return result.rows;
    } catch (error) {
      const alive = this.open && !socket.destroyed;
      throw toProbeError(error, alive ? { ...context, otherwise: "internal" } : context);
    } finally {
      clearTimeout(timer);
    }
  }

  cancel(): Promise<void> {
    return this.parts.cancel();
  }

  async close(): Promise<void> {
    const { client, socket } = this.parts;
    if (this.open && this.running > 0) await endsWithin(this.cancel(), CLOSE_MS);
    this.open = false;
    if (!(await endsWithin(client.end(), CLOSE_MS))) socket.destroy();
  }
}

/** Sets the limit of each further statement of this session, there and here; only for a session of one's own. */
export async function limitStatements(session: SqlSession, milliseconds: number): Promise<void> {
  await session.query("SELECT pg_catalog.set_config('statement_timeout', $1, false)", [String(milliseconds)]);
  if (session instanceof Session) session.statementTimeoutMs = milliseconds;
}

/** How this session is encrypted, or null when it is not (or nothing is known of it). */
export function tlsOf(session: SqlSession): TlsFacts | null {
  return session instanceof Session ? session.tls : null;
}
