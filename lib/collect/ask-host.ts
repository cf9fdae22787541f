// Asks a machine: this one, or another one over SSH, whose silence is not that of its PostgreSQL.
import { performance } from "node:perf_hooks";
import type { RemoteHost } from "../host/ssh/remote-host";
import { type HostProbe, type HostReader, type Outcome, ProbeError, SSH_CODES } from "../probe";
import { type Answer, elapsedSince, type Memory } from "./ask";
import type { Machines } from "./machines";
import type { CollectedServer } from "./plan";

const NOT_LINUX: Outcome = {
  outcome: "nothing",
  reason:
    "Nothing is to be read there under /proc: over SSH the numbers of Linux machines are read, by an account without chroot that may use SFTP or run commands",
};

export async function askHost(probe: HostProbe, host: HostReader, before: Memory | undefined): Promise<Answer> {
  const raw = await probe.read(host);
  const at = performance.now();
  // Another connection may lead to another machine.
  const known = before?.reader === host ? before : undefined;
  const reading = probe.rows(raw, known?.value, elapsedSince(known, at));
  return { outcome: { outcome: "ok", reading }, memory: { value: raw, at, reader: host } };
}

interface Asking {
  machines: Machines;
  before: Memory | undefined;
}

/** @throws ProbeError `ssh_*` where the machine is not reached or says nothing at all, `timeout` where only this takes too long */
export async function askMachine(probe: HostProbe, server: CollectedServer, asking: Asking): Promise<Answer> {
  const { machines, before } = asking;
  const reached: { host?: RemoteHost } = {};
  const work = async (): Promise<Answer> => {
    reached.host = await machines.host(server);
    if (!reached.host.isLinux) return { outcome: NOT_LINUX, memory: undefined };
    const reader = reached.host.readerOf(probe.name);
    reader.begin();
    return askHost(probe, reader, before);
  };
  // A little before the deadline of all probes, which could not say whose silence it is.
  const patience = deadline(probe.timeoutMs - 100, (ms) => lateness(reached.host, ms));
  const answer = work().catch((error) => {
    throw overSsh(error);
  });
  answer.catch(() => {});
  try {
    return await Promise.race([answer, patience.passed]);
  } catch (error) {
    // A connection that is still being made may serve the next question.
    const isLost = error instanceof ProbeError && SSH_CODES.has(error.code);
    if (isLost && reached.host) void machines.drop(server.id, error, server);
    throw error;
  } finally {
    patience.clear();
  }
}

function lateness(host: RemoteHost | undefined, ms: number): ProbeError {
  const within = `within ${Math.ceil(ms / 1000)} s; check its load and the network`;
  if (!host) return new ProbeError("ssh_unreachable", `The machine was not reached over SSH ${within}`);
  if (host.quietMs >= ms) return new ProbeError("ssh_unreachable", `The machine said nothing over SSH ${within}`);
  return new ProbeError("timeout", `The machine answers over SSH, but not this ${within}`);
}

/** The connection's own patience is over later: that it is not PostgreSQL which is silent must be seen. */
function overSsh(error: unknown): unknown {
  if (!(error instanceof ProbeError) || error.code !== "timeout") return error;
  return new ProbeError("ssh_unreachable", error.message, { cause: error });
}

/** @param late makes the error, of the milliseconds that have passed */
export function deadline(timeoutMs: number, late: (ms: number) => ProbeError) {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(timeoutMs)), timeoutMs);
  });
  return { passed, clear: () => clearTimeout(timer) };
}
