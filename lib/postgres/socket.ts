// A socket to a watched server: connected, encrypted as libpq's sslmode says, and given up in time.
import { X509Certificate } from "node:crypto";
import net, { type Socket } from "node:net";
import tls from "node:tls";
import { ProbeError } from "../probe";
import type { SslMode } from "../ssl-modes";
import { type FailureContext, toTlsError } from "./failure";
import { certificateChecks, type Encryption } from "./sslmode";

export interface TargetOptions {
  /** Name, address, or absolute path of a unix socket directory. */
  host: string;
  port: number;
  user: string;
  /** Empty: none is stored (trust, peer). */
  password: string;
  /** Whether an empty password may come from this process's PGPASSWORD or .pgpass. */
  pgpass?: boolean | undefined;
  database: string;
  sslmode: SslMode;
  /** PEM of the authorities to trust instead of Node's. */
  ca?: string | undefined;
}

const KEEPALIVE_MS = 10_000;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

/** Names the server in failures. */
export function contextOf(options: TargetOptions): FailureContext {
  const address = options.host.includes(":") ? `[${options.host}]:${options.port}` : `${options.host}:${options.port}`;
  return { address, password: options.password, otherwise: "unreachable" };
}

/** The next event of that name; rejects when the socket fails or closes before. */
export function next(socket: Socket, event: "connect" | "secureConnect" | "data" | "close"): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (how: (value: never) => void) => (value: unknown) => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      how(value as never);
    };
    const onEvent = settle(resolve);
    const onError = settle(reject);
    const onClose = settle(() => reject(new Error("closed")));
    socket.once("error", onError).once(event, onEvent);
    if (event !== "close") socket.once("close", onClose);
  });
}

/** What is trusted: the given authorities, or Node's. Node itself passes over what it cannot read. */
function trusting({ ca, ...options }: TargetOptions): tls.SecureContext {
  if (ca === undefined) return tls.createSecureContext();
  try {
    const all = ca.match(PEM_CERTIFICATE) ?? [""];
    for (const certificate of all) new X509Certificate(certificate);
    return tls.createSecureContext({ ca });
  } catch (cause) {
    const { address } = contextOf(options);
    throw new ProbeError("tls", `The CA certificate for ${address} cannot be read; give it in PEM format`, { cause });
  }
}

/** Asks for TLS before anything else is said, and takes it up: https://www.postgresql.org/docs/current/protocol-flow.html */
async function encrypted(socket: Socket, options: TargetOptions, encryption: Encryption): Promise<Socket> {
  const context = contextOf(options);
  socket.write(SSL_REQUEST);
  const answer = await next(socket, "data");
  // More than one byte here would be words that somebody put in before encryption began (CVE-2021-23222).
  const word = answer.length === 1 ? answer.toString("latin1") : "";
  if (word === "N" && encryption === "offered") return socket;
  if (word === "N") {
    const advice = "the server does not offer TLS; switch it on there, or use sslmode disable";
    throw new ProbeError("tls", `${context.address}: ${advice}`);
  }
  if (word !== "S")
    throw new ProbeError("protocol", `${context.address}: the answer is not PostgreSQL's; check the port`);
  const secured = tls.connect({
    secureContext: trusting(options),
    ...certificateChecks(options.sslmode, options.ca),
    socket,
    host: options.host,
    ...(net.isIP(options.host) === 0 && { servername: options.host }),
  });
  secured.on("error", () => {});
  await next(secured, "secureConnect").catch((error) => {
    secured.destroy();
    throw toTlsError(error, context);
  });
  return secured;
}

/** A connected socket, encrypted as asked; `signal` destroys it with its reason until the caller lets go of the signal. */
export async function openSocket(options: TargetOptions, encryption: Encryption, signal: AbortSignal): Promise<Socket> {
  const { host, port } = options;
  const address = host.startsWith("/")
    ? { path: `${host}/.s.PGSQL.${port}` }
    : { host, port, autoSelectFamilyAttemptTimeout: 1_000 };
  const socket = net.connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEPALIVE_MS });
  // Whoever waits for the socket hears of its errors too; this keeps one that nobody waits for from ending the process.
  socket.on("error", () => {});
  signal.addEventListener("abort", () => socket.destroy(signal.reason), { once: true });
  try {
    await next(socket, "connect");
    return encryption === "none" ? socket : await encrypted(socket, options, encryption);
  } catch (error) {
    socket.destroy();
    throw signal.aborted ? signal.reason : error;
  }
}

/** Runs `work` with a signal that aborts with a timeout failure. */
export async function withDeadline<T>(
  milliseconds: number,
  address: string,
  work: (signal: AbortSignal) => Promise<T>,
) {
  const controller = new AbortController();
  const late = () =>
    controller.abort(
      new ProbeError(
        "timeout",
        `${address}: no answer within ${milliseconds / 1000} s; check host and firewall, and what a pooler waits for`,
      ),
    );
  const timer = setTimeout(late, milliseconds);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
