// The machines of watched servers: this one, and others over one SSH connection each, kept open beside the PostgreSQL session.
import { pool } from "../db";
import { localSpace } from "../host/space";
import { connectSsh, type SshConnection, type SshOptions } from "../host/ssh/connect";
import type { RemoteHost } from "../host/ssh/remote-host";
import { isThisMachine } from "../host/this-machine";
import { ProbeError, type SpaceReader } from "../probe";
import { decrypt } from "../secrets";
import { privateKeyOf } from "../ssh-keys/use";
import { createKept } from "./kept";
import type { CollectedServer, SshAddress } from "./plan";

/** Opens a new connection to the server's machine; the caller closes it. */
export async function openMachine(server: CollectedServer): Promise<SshConnection> {
  if (!server.ssh)
    throw new ProbeError("ssh_auth", `Nobody has said as whom to sign in on the machine of ${server.name}`);
  const { host, port, user, hostKeys } = server.ssh;
  return connectSsh({ host, port, user, hostKeys, auth: await authOf(server.id, server.ssh.auth) });
}

/** The secrets of a server in the clear: nowhere but here. */
async function authOf(server: number, auth: SshAddress["auth"]): Promise<SshOptions["auth"]> {
  const open = (sealed: string | null, column: string) =>
    sealed === null ? "" : decrypt(sealed, `servers:${column}:${server}`);
  if (auth.type === "password") return { type: "password", password: open(auth.password, "ssh_password") };
  const key = await privateKeyOf(pool(), auth.keyId);
  if (!key) throw new ProbeError("ssh_auth", "The SSH key of this server is gone; choose another one");
  return { type: "key", privateKey: key.privateKey, passphrase: open(auth.passphrase, "ssh_key_passphrase") };
}

/** Of a server that says where files lie on a machine that nobody reads: paths that it names are not looked for here. */
const elsewhere: SpaceReader = {
  spaceOf: async (paths) =>
    paths.map((path) => ({
      ...{ path, mount: null, device: null, space: null },
      reason: "PostgreSQL runs on another machine than the one that is read",
    })),
};

/** Where the files of a server lie that is watched without SSH. */
const isHere = ({ postgres }: CollectedServer): boolean => postgres === null || isThisMachine(postgres.host);

/** Its probes pause each for itself, but others count sign-ins that fail: fail2ban bans after five in ten minutes. */
const REFUSED_PAUSE_MS = 5 * 60_000;

interface Refusal {
  address: string;
  error: ProbeError;
  until: number;
}

interface MachineParts {
  open?: (server: CollectedServer) => Promise<SshConnection>;
  local?: () => SpaceReader;
  /** Is told once of each machine that can be read. */
  onHost?: (server: CollectedServer, host: RemoteHost) => unknown;
}

export function createMachines({ open = openMachine, local = localSpace, onHost }: MachineParts = {}) {
  const here = local();
  const kept = createKept<SshConnection>({ open, addressOf: ({ ssh }) => ssh });
  let told = new WeakSet<RemoteHost>();
  /** Machines that let nobody in when they were last reached. */
  const refusals = new Map<number, Refusal>();

  async function reach(server: CollectedServer): Promise<SshConnection> {
    try {
      const connection = await kept.get(server);
      refusals.delete(server.id);
      return connection;
    } catch (error) {
      if (error instanceof ProbeError && error.code === "ssh_auth") {
        const until = performance.now() + REFUSED_PAUSE_MS;
        refusals.set(server.id, { address: JSON.stringify(server.ssh), error, until });
      }
      throw error;
    }
  }

  /** @throws ProbeError what the last attempt met, while the machine is given a rest */
  function heedRefusal(server: CollectedServer): void {
    const refusal = refusals.get(server.id);
    if (refusal && performance.now() < refusal.until && refusal.address === JSON.stringify(server.ssh))
      throw refusal.error;
  }

  return {
    /** The files of another machine. @throws ProbeError ssh_*, `permission` */
    async host(server: CollectedServer): Promise<RemoteHost> {
      heedRefusal(server);
      const host = await (await reach(server)).host();
      if (!told.has(host)) {
        told.add(host);
        onHost?.(server, host);
      }
      return host;
    },
    /** Tells of all machines again that can be read. */
    tellAgain(): void {
      told = new WeakSet();
    },
    /** What tells how full the file systems of a server's machine are. @throws ProbeError ssh_* */
    space: async (server: CollectedServer): Promise<SpaceReader> => {
      if (server.hostKind !== "local") return reach(server);
      return isHere(server) ? here : elsewhere;
    },
    drop: kept.drop,
    /** Closes those of all machines but the ones that these servers are reached by. @returns when they are closed */
    retain(servers: readonly CollectedServer[]): Promise<void> {
      const reached = new Set(servers.filter(({ ssh }) => ssh !== null).map(({ id }) => id));
      for (const server of refusals.keys()) if (!reached.has(server)) refusals.delete(server);
      return kept.retain(reached);
    },
    close: kept.close,
    count: kept.count,
  };
}

export type Machines = ReturnType<typeof createMachines>;
