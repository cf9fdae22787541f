// Everything that a test of an SSH connection tells.
import { type FailureCode, ProbeError } from "../../probe";
import { Connection } from "./connection";
import { addressOf, type Dialled, dial, type SshOptions } from "./dial";
import { type Trust, unknownMessage } from "./host-key";
import { fingerprintOf, textOf, typeOf } from "./public-key";

/** The whole test has 10 s. */
const CONNECT_MS = 8_000;
const COMMAND_MS = 1_500;

export interface HostKeyFacts {
  type: string;
  fingerprint: string;
  key: string;
}

export interface SshCheck {
  success: boolean;
  message: string;
  code: FailureCode | null;
  round_trip_ms: number | null;
  host_key: HostKeyFacts | null;
  host_key_state: Trust | null;
  expected: Omit<HostKeyFacts, "key">[];
  system: string | null;
}

/**
 * Reads the host key, and signs in only if it was confirmed. Never throws for what the machine does; at most 10 s.
 */
export async function checkSsh(options: SshOptions): Promise<SshCheck> {
  const seen: Pick<SshCheck, "host_key" | "host_key_state"> = { host_key: null, host_key_state: null };
  const onHostKey = (key: Buffer, trust: Trust) => {
    seen.host_key = { type: typeOf(key) ?? "unknown", fingerprint: fingerprintOf(key), key: textOf(key) };
    seen.host_key_state = trust;
  };
  const expected = options.hostKeys.map((key) => ({
    type: key.trim().split(/\s+/)[0] ?? "unknown",
    fingerprint: fingerprintOf(key),
  }));
  try {
    const dialled = await dial(options, CONNECT_MS, onHostKey);
    const found = await ask(dialled, options);
    return { success: true, code: null, ...found, ...seen, expected };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const message = seen.host_key_state === "unknown" ? newKey(options, seen.host_key) : error.message;
    return { success: false, message, code: error.code, round_trip_ms: null, ...seen, expected, system: null };
  }
}

function newKey(options: SshOptions, key: HostKeyFacts | null): string {
  return key
    ? `${addressOf(options)} shows the host key ${key.type} ${key.fingerprint}. Compare it with the machine's own (ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub) and confirm it; nothing secret was sent`
    : unknownMessage(addressOf(options));
}

/** One round trip, and the name of the machine where commands may be run. @throws ProbeError ssh_unreachable */
async function ask(
  dialled: Dialled,
  options: SshOptions,
): Promise<Pick<SshCheck, "message" | "round_trip_ms" | "system">> {
  const connection = new Connection(dialled, options);
  const started = performance.now();
  try {
    const { system, remark } = await systemOf(connection);
    const round_trip_ms = Math.round((performance.now() - started) * 10) / 10;
    return { message: `Signed in to ${addressOf(options)} as ${options.user}${remark}`, round_trip_ms, system };
  } finally {
    void connection.close();
  }
}

async function systemOf(connection: Connection): Promise<{ system: string | null; remark: string }> {
  try {
    const { stdout, code } = await connection.exec("uname -srn", { timeoutMs: COMMAND_MS, maxBytes: 1_024 });
    const line = stdout.split("\n")[0]?.replace(/\p{C}/gu, "").trim() ?? "";
    if (code === 0 && line !== "") return { system: line.slice(0, 200), remark: "" };
  } catch (error) {
    if (!(error instanceof ProbeError) || error.code === "ssh_unreachable") throw error;
    if (error.code === "timeout") return { system: null, remark: "; but a command did not end in time there" };
  }
  return { system: null, remark: "; no command can be run there, so file systems are read over SFTP" };
}
