// Connections to watched servers: one kept open for each, shared by its probes, and one of their own for slow ones.
import { env } from "../env";
import { connectTarget, type TargetSession } from "../postgres/connect";
import { ProbeError } from "../probe";
import { decrypt } from "../secrets";
import { createKept } from "./kept";
import type { CollectedServer } from "./plan";

/** Opens a new session to the server's database; the caller closes it. */
export async function openTarget(server: CollectedServer): Promise<TargetSession> {
  const address = server.postgres;
  if (!address) throw new ProbeError("internal", `Server ${server.name} has no PostgreSQL facet`);
  const password = address.password ? decrypt(address.password, `servers:pg_password:${server.id}`) : "";
  const { sslmode, ca } = address;
  return connectTarget({
    ...address,
    password,
    sslmode: sslmode as never,
    ca: ca ?? undefined,
    pgpass: env().ALLOW_PGPASS,
  });
}

interface TargetParts {
  open?: (server: CollectedServer) => Promise<TargetSession>;
  /** Is told of each session that was opened. */
  onOpened?: (server: number, session: TargetSession, own: boolean) => void;
}

/** The sessions of one collector: for a server never more than the shared one and those of its slow probes. */
export function createTargets({ open = openTarget, onOpened = () => {} }: TargetParts = {}) {
  const own = new Map<number, { address: string; sessions: Set<Promise<TargetSession>> }>();
  const addressOf = ({ postgres }: CollectedServer) => JSON.stringify(postgres);
  const shared = createKept<TargetSession>({
    async open(server) {
      const session = await open(server);
      onOpened(server.id, session, false);
      return session;
    },
    addressOf: ({ postgres }) => postgres,
  });

  async function closeOwn(server: number): Promise<void> {
    const sessions = [...(own.get(server)?.sessions ?? [])];
    await Promise.allSettled(sessions.map((session) => session.then((opened) => opened.close())));
  }

  return {
    /** The shared session of a server, opened when needed. */
    session(server: CollectedServer): Promise<TargetSession> {
      // What is still measured where the server is not any more is of no use.
      const slow = own.get(server.id);
      if (slow && slow.address !== addressOf(server)) void closeOwn(server.id);
      return shared.get(server);
    },
    /** Runs `work` on a session of its own, closed afterwards. */
    async withOwn<T>(server: CollectedServer, work: (session: TargetSession) => Promise<T>): Promise<T> {
      const opening = open(server);
      const sessions = own.get(server.id)?.sessions ?? new Set();
      own.set(server.id, { address: addressOf(server), sessions: sessions.add(opening) });
      try {
        const session = await opening;
        onOpened(server.id, session, true);
        return await work(session).finally(() => session.close());
      } finally {
        sessions.delete(opening);
        if (sessions.size === 0) own.delete(server.id);
      }
    },
    /** Closes a server's shared session. @param failure what questions of the same moment get instead of another one */
    drop: shared.drop,
    /** Why the shared session was dropped, or could not be opened, within the last second. */
    failure: shared.failure,
    /** Closes a server's sessions of slow probes; what they ask ends. */
    closeOwn,
    /** Closes the sessions of all servers but these: nobody asks the others any more. @returns when they are closed */
    async retain(servers: ReadonlySet<number>): Promise<void> {
      const gone = [...own.keys()].filter((server) => !servers.has(server));
      await Promise.all([shared.retain(servers), ...gone.map(closeOwn)]);
    },
    async close(): Promise<void> {
      await Promise.all([shared.close(), ...[...own.keys()].map(closeOwn)]);
    },
    count: shared.count,
  };
}

export type Targets = ReturnType<typeof createTargets>;
