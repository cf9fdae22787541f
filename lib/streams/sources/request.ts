// One short HTTP question to a server that somebody typed in: no redirects, five seconds, 1 MiB.
import type { IncomingMessage } from "node:http";
import { ClosedAddressError, sendRequest } from "../../outgoing";
import { ProbeError } from "../../probe";

const LIMIT_MS = 5_000;
const MOST_BYTES = 1_048_576;

export interface Answer {
  status: number;
  bytes: Buffer;
  /** The other side's clock; null where it does not say. */
  date: Date | null;
}

export interface Credentials {
  username: string;
  password: string;
}

/** @throws ProbeError dns, refused, timeout, tls, unreachable, protocol; the message holds no secret */
export async function askHttp(url: URL, credentials?: Credentials | null): Promise<Answer> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  try {
    return await ask(url, credentials ?? null, limit);
  } catch (cause) {
    throw cause instanceof ProbeError ? cause : failureOf(cause, url, limit.aborted);
  }
}

async function ask(url: URL, credentials: Credentials | null, signal: AbortSignal): Promise<Answer> {
  const { username, password } = credentials ?? {};
  const headers = { accept: "*/*", "accept-encoding": "identity", "user-agent": "Dozor" };
  return collect(await sendRequest(url, { signal, headers, ...(credentials && { auth: `${username}:${password}` }) }));
}

async function collect(response: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new ProbeError("protocol", "Its answer is longer than 1 MiB.");
    chunks.push(chunk);
  }
  const date = new Date(response.headers.date ?? "");
  return {
    status: response.statusCode ?? 0,
    bytes: Buffer.concat(chunks),
    date: Number.isNaN(date.getTime()) ? null : date,
  };
}

const TLS = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH|INVALID_CA)/;

function failureOf(cause: unknown, { host, hostname }: URL, late: boolean): ProbeError {
  if (cause instanceof ClosedAddressError) return new ProbeError("unreachable", cause.message, { cause });
  const code = String((cause as { code?: unknown } | null)?.code ?? "");
  if (late) return new ProbeError("timeout", `${host} does not answer within ${LIMIT_MS / 1_000} s.`, { cause });
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return new ProbeError("dns", `The name ${hostname} is not known.`, { cause });
  if (code === "ECONNREFUSED") return new ProbeError("refused", `${host} refuses connections.`, { cause });
  if (TLS.test(code)) return new ProbeError("tls", `TLS with ${host} fails (${code}).`, { cause });
  if (code.startsWith("HPE_")) return new ProbeError("protocol", `${host} does not speak HTTP.`, { cause });
  return new ProbeError("unreachable", `${host} cannot be reached${code && ` (${code})`}.`, { cause });
}
