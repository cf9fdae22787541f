// Opens connections to watched servers: marked, read-only, limited in time, encrypted as libpq's sslmode says.
import type { Socket } from "node:net";
import pg from "pg";
import { ProbeError } from "../probe";
import { toProbeError } from "./failure";
import { Frames } from "./frames";
import { passwordOfMachine } from "./pgpass";
import { LOCK_MS, Session, STATEMENT_MS, type TargetSession } from "./session";
import { contextOf, next, openSocket, type TargetOptions, withDeadline } from "./socket";
import { attemptsOf, type Encryption, verifiedBy, worthAnother } from "./sslmode";

export type { TargetSession } from "./session";
export type { TargetOptions } from "./socket";

/** DNS, TCP, TLS and sign-in together: who registers a server is told of its silence within 5 s. */
const CONNECT_MS = 4_000;
const CANCEL_MS = 2_000;

// Session settings: one round trip and no startup `options`, which poolers refuse; jit came with version 11, a fixed date
// style makes times readable. A pooler makes up the pid it gave us, and its connections are others' too: nothing is set there.
const SETTINGS = `SELECT version_number, own,
  CASE WHEN own THEN pg_catalog.set_config('default_transaction_read_only', 'on', false) END,
  CASE WHEN own THEN pg_catalog.set_config('statement_timeout', '${STATEMENT_MS}', false) END,
  CASE WHEN own THEN pg_catalog.set_config('lock_timeout', '${LOCK_MS}', false) END,
  CASE WHEN own THEN pg_catalog.set_config('search_path', 'pg_catalog', false) END,
  CASE WHEN own THEN pg_catalog.set_config('datestyle', 'ISO', false) END,
  CASE WHEN own THEN pg_catalog.set_config('timezone', 'UTC', false) END,
  CASE WHEN own AND version_number >= 110000 THEN pg_catalog.set_config('jit', 'off', false) END
FROM (SELECT pg_catalog.current_setting('server_version_num')::int AS version_number,
  coalesce(pg_catalog.pg_backend_pid() = $1::int, false) AS own) AS connection`;

/** Types that become something else than text, by oid: booleans, numbers, and times as ISO 8601 in UTC. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  16: (text) => text === "t",
  20: Number,
  21: Number,
  23: Number,
  26: Number,
  700: Number,
  701: Number,
  1184: (text) => text.slice(0, 64).replaceAll("\0", "").replace(" ", "T").replace("+00", "Z"),
  1700: Number,
};
/** What PostgreSQL's own texts never hold our database would refuse; names and paths are short. */
const MOST_TEXT = 16_384;
const asText = (text: string): unknown => text.slice(0, MOST_TEXT).replaceAll("\0", "").toWellFormed();
const nothing = (): unknown => null;
// Values are asked for as text.
const types = {
  getTypeParser: (oid: number, format?: string) => (format === "binary" ? nothing : (PARSERS[oid] ?? asText)),
} as pg.CustomTypesConfig;

/** What node-postgres keeps of a connection but does not declare. */
interface ClientInternals {
  processID: number;
  secretKey: number;
  connectionParameters: { options?: string; replication?: string };
}
const internals = (client: pg.Client) => client as unknown as ClientInternals;

/** Sends CancelRequest with the backend's key, over a socket encrypted like the session's. */
async function cancelBackend(client: pg.Client, options: TargetOptions, encryption: Encryption): Promise<void> {
  const context = contextOf(options);
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(internals(client).processID, 8);
  request.writeInt32BE(internals(client).secretKey, 12);
  await withDeadline(CANCEL_MS, context.address, async (signal) => {
    const socket = await openSocket(options, encryption, signal);
    // Like libpq, let the other side close: PgBouncer 1.18 was seen to crash on a client that does it first.
    socket.resume().write(request);
    await next(socket, "close");
  }).catch((error) => {
    throw toProbeError(error, context);
  });
}

/**
 * A socket that is connected already, for node-postgres, which wants to dial: it only says that it is there. What the server
 * sends is looked at first, and what node-postgres cannot read ends the connection instead of this process.
 */
function adopted(socket: Socket, address: string): Socket {
  const frames = new Frames(address);
  const on = socket.on.bind(socket);
  const write = socket.write.bind(socket) as (...what: unknown[]) => boolean;
  const guarded = (read: (chunk: Buffer) => void) => (chunk: Buffer) => {
    try {
      frames.accept(chunk);
      read(chunk);
    } catch (error) {
      const unreadable = () => new ProbeError("protocol", `${address}: its answer cannot be read`, { cause: error });
      socket.removeAllListeners("data").destroy(error instanceof ProbeError ? error : unreadable());
    }
  };
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit("connect"));
      return socket;
    },
    write: (...what: unknown[]) => {
      frames.asked();
      return write(...what);
    },
    on: (event: string, listener: (...values: never[]) => void) =>
      on(event, event === "data" ? guarded(listener as never) : (listener as never)),
  });
}

function clientOn(socket: Socket, options: TargetOptions): pg.Client {
  const { address } = contextOf(options);
  const client = new pg.Client({
    host: options.host,
    port: options.port,
    user: options.user,
    database: options.database,
    password: () => {
      if (options.password !== "") return options.password;
      const places = options.pgpass
        ? "stored for this server or found in PGPASSWORD or .pgpass"
        : "stored for this server";
      throw new ProbeError("auth", `${address} asks for a password, but none is ${places}`);
    },
    application_name: "dozor",
    ssl: false,
    sslnegotiation: "postgres",
    stream: () => adopted(socket, address),
    types,
  });
  // node-postgres takes these from PG* variables, which are not ours to obey.
  Object.assign(internals(client).connectionParameters, { options: undefined, replication: undefined });
  return client;
}

async function attempt(options: TargetOptions, encryption: Encryption, signal: AbortSignal): Promise<TargetSession> {
  const context = contextOf(options);
  let socket: Socket | undefined;
  let lost: Error | undefined;
  try {
    socket = await openSocket(options, encryption, signal);
    const client = clientOn(socket, options);
    client.on("error", (error) => {
      lost ??= error;
    });
    await client.connect();
    const started = performance.now();
    const { rows } = await client.query<{ version_number: number; own: boolean }>(SETTINGS, [
      internals(client).processID,
    ]);
    const session = new Session({
      client,
      socket,
      version: Math.floor((rows[0]?.version_number ?? 0) / 10_000),
      pooled: rows[0]?.own !== true,
      verified: verifiedBy(options.sslmode, options.ca),
      spent: { queries: 1, ms: performance.now() - started },
      context,
      cancel: () => cancelBackend(client, options, encryption),
    });
    // A pooler that gives no transactions is of no use; better to hear it now.
    if (session.pooled) await session.query("SELECT 1");
    return session;
  } catch (error) {
    const ended = socket === undefined || socket.destroyed || socket.readableEnded;
    socket?.destroy();
    // What ended the connection tells more than that the next statement found it closed.
    const first = lost instanceof ProbeError ? lost : error;
    throw toProbeError(signal.aborted ? signal.reason : first, {
      ...context,
      connecting: true,
      otherwise: ended ? "unreachable" : "protocol",
    });
  }
}

/**
 * Connects within 4 s. The session is read-only, its statements end after 5 s, its waits for locks after 1 s.
 * @throws ProbeError with the code of what went wrong; its message holds no secret
 */
export async function connectTarget(given: TargetOptions): Promise<TargetSession> {
  return withDeadline(CONNECT_MS, contextOf(given).address, async (signal) => {
    const ofMachine = given.pgpass && given.password === "";
    const options = ofMachine ? { ...given, password: await passwordOfMachine(given) } : given;
    let first: ProbeError | undefined;
    for (const encryption of attemptsOf(options.sslmode, options.host)) {
      try {
        return await attempt(options, encryption, signal);
      } catch (error) {
        const failure = toProbeError(error, contextOf(options));
        // Without TLS on the server the first refusal tells more than the second attempt's lack of TLS.
        if (first && failure.code === "tls") throw first;
        if (!worthAnother(failure)) throw failure;
        first ??= failure;
      }
    }
    throw first ?? new ProbeError("internal", "No way to connect was tried");
  });
}
