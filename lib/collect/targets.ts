// Connections to watched servers: one kept open for each, shared by its probes, and one of their own for slow ones.
import { performance } from "node:perf_hooks";
import { connectTarget, type TargetSession } from "../postgres/connect";
import { ProbeError } from "../probe";
import { decrypt } from "../secrets";
import type { CollectedServer } from "./plan";

/** After a failed attempt the other probes of the same tick get its error instead of knocking again. */
const ATTEMPT_MEMORY_MS = 1_000;

interface Target {
  fingerprint: string;
  attempt: Promise<TargetSession>;
  failedAt: number | null;
}

/** Opens a new session to the server's database; the caller closes it. */
export async function openTarget(server: CollectedServer): Promise<TargetSession> {
  const address = server.postgres;
  if (!address) throw new ProbeError("internal", `Server ${server.name} has no PostgreSQL facet`);
  const password = address.password ? decrypt(address.password, `servers:pg_password:${server.id}`) : "";
  return connectTarget({ ...address, password, sslmode: address.sslmode as never, ca: address.ca ?? undefined });
}

/** The kept sessions of one collector. */
export function createTargets() {
  const targets = new Map<number, Target>();

  async function drop(server: number): Promise<void> {
    const target = targets.get(server);
    targets.delete(server);
    await target?.attempt.then((session) => session.close()).catch(() => {});
  }

  return {
    /** The shared session of a server, opened when needed. */
    async session(server: CollectedServer): Promise<TargetSession> {
      const fingerprint = JSON.stringify(server.postgres);
      let target = targets.get(server.id);
      const forgotten = target?.failedAt != null && performance.now() - target.failedAt > ATTEMPT_MEMORY_MS;
      if (target && (forgotten || target.fingerprint !== fingerprint)) {
        await drop(server.id);
        target = undefined;
      }
      if (!target) {
        const fresh: Target = { fingerprint, attempt: openTarget(server), failedAt: null };
        fresh.attempt.catch(() => {
          fresh.failedAt = performance.now();
        });
        targets.set(server.id, fresh);
        target = fresh;
      }
      const session = await target.attempt;
      if (session.open) return session;
      await drop(server.id);
      return this.session(server);
    },
    /** Closes a server's session; the next question opens another. */
    drop,
    /** Closes the sessions of all servers but these: nobody asks the others any more. */
    retain(servers: ReadonlySet<number>): void {
      for (const server of targets.keys()) if (!servers.has(server)) void drop(server);
    },
    async close(): Promise<void> {
      await Promise.all([...targets.keys()].map(drop));
    },
    count: () => targets.size,
  };
}

export type Targets = ReturnType<typeof createTargets>;
