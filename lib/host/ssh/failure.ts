// Tells what went wrong on the way to a machine: by the error's code and level and by how far we were, never by words.
import { type FailureCode, ProbeError } from "../../probe";

/** How far a connection is. */
export type Stage = "network" | "handshake" | "sign-in" | "open";

const ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: "its name cannot be resolved; check the host",
  EAI_AGAIN: "its name cannot be resolved now; check the host and this machine's DNS",
  ECONNREFUSED: "nothing accepts connections there; check host, SSH port, sshd and the firewall",
  ETIMEDOUT: "no answer in time; check the host and the firewall",
  EHOSTUNREACH: "no way leads there; check the host and the network",
  ENETUNREACH: "no way leads there; check the host and the network",
};
const BY_STAGE: Readonly<Record<Stage, string>> = {
  network: "the connection cannot be made; check host, SSH port and the network",
  handshake:
    "the connection ended before the handshake was done; either this is no SSH port, or sshd turns connections away (MaxStartups, PerSourcePenalties, TCP wrappers), or no algorithm is common",
  "sign-in": "the connection was closed during sign-in; see the log of sshd",
  open: "the connection was lost; it is made again at the next turn",
};
const LATE: Readonly<Record<Stage, string>> = {
  network: "no answer in time; check the host and the firewall",
  handshake: "the port is open, but nobody answers as SSH in time; check the SSH port and the load",
  "sign-in": "sign-in takes too long; check PAM and UseDNS there, and the load",
  open: "no answer in time; check the load",
};
/** Of RFC 4250, section 4.2.2: PROTOCOL_ERROR (sshd: too many failures), AUTH_CANCELLED, NO_MORE_AUTH_METHODS, ILLEGAL_USER_NAME. */
const REFUSED_SIGN_IN: ReadonlySet<unknown> = new Set([2, 13, 14, 15]);

/** A failure of the way to `address`. */
export function sshError(address: string, stage: Stage, cause?: unknown): ProbeError {
  const { code, level } = (cause ?? {}) as { code?: unknown; level?: unknown };
  const signIn = level === "client-authentication" || (stage === "sign-in" && REFUSED_SIGN_IN.has(code));
  if (signIn) return make("ssh_auth", `${address}: sign-in was refused; check user, password or key`, cause);
  const network = typeof code === "string" ? ` (${code})` : "";
  const advice = (typeof code === "string" && ADVICE[code]) || BY_STAGE[stage];
  return make("ssh_unreachable", `${address}: ${advice}${network}`, cause);
}

/** Nothing in time. */
export function lateError(address: string, stage: Stage, seconds: number): ProbeError {
  return new ProbeError("ssh_unreachable", `${address}: ${LATE[stage]} (${seconds} s)`);
}

function make(code: FailureCode, message: string, cause: unknown): ProbeError {
  return new ProbeError(code, message, { cause });
}
