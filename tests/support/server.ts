// A real PostgreSQL for tests and benchmarks: the embedded one, in a temporary folder, without the cost of durability.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { serverAccount } from "../../lib/embedded/account";
import { locateBinaries } from "../../lib/embedded/binaries";
import { type Cluster, DATABASE_USER, initialiseCluster } from "../../lib/embedded/cluster";
import { freePort } from "../../lib/embedded/port";
import { ensurePostmaster, findPostmaster, stopPostmaster } from "../../lib/embedded/postmaster";
import { migrate } from "../../lib/migrate";

export interface TestServer {
  /** Superuser's address without a database. */
  address: string;
  /** Creates a database with all migrations applied (or empty) and gives its address. */
  createDatabase(options?: { empty?: boolean }): Promise<string>;
  /** Stops it in order and starts it again at the same address: its caches are empty then. */
  restart(): Promise<void>;
  /** Stops it in order, as in an outage: it can be started again. */
  halt(): Promise<void>;
  /** Starts it again after `halt()`, at the same address. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const PASSWORD = "test-password-of-a-temporary-server";
const TEMPLATE = "dozor_template";
const FAST = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" };

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

let count = 0;

/** Creates a database on a running test server; 30-60 ms from the template. */
export async function createDatabase(address: string, { empty = false } = {}): Promise<string> {
  const name = `test_${process.pid}_${count++}`;
  await withClient(`${address}/postgres`, (client) =>
    client.query(`CREATE DATABASE ${name}${empty ? "" : ` TEMPLATE ${TEMPLATE} STRATEGY file_copy`}`),
  );
  return `${address}/${name}`;
}

/** Drops a database made by `createDatabase`, whoever is still connected. */
export async function dropDatabase(url: string): Promise<void> {
  const at = url.lastIndexOf("/");
  await withClient(`${url.slice(0, at)}/postgres`, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${url.slice(at + 1)} WITH (FORCE)`),
  );
}

async function makeTemplate(address: string): Promise<void> {
  await withClient(`${address}/postgres`, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  await migrate(`${address}/${TEMPLATE}`);
}

/**
 * Starts a server of its own (about 1.5 s); it ends with `stop()` or with this process.
 * @param settings server settings, e.g. `{ fsync: "on" }` for a benchmark
 */
export async function startTestServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-test-")));
  chmodSync(parent, 0o711);
  const directory = path.join(parent, "postgres");
  const account = serverAccount(directory);
  const binaries = locateBinaries(account, parent);
  const cluster: Cluster = {
    binaries,
    account,
    directory,
    logFile: path.join(parent, "postgres.log"),
    settings: { ...FAST, ...settings },
  };
  initialiseCluster(cluster, PASSWORD);
  const first = await ensurePostmaster(cluster, freePort);
  const { port } = first;
  let { pid } = first;
  const kill = (): void => {
    if (findPostmaster(cluster)?.pid === pid) process.kill(pid, "SIGQUIT");
    rmSync(parent, { recursive: true, force: true });
  };
  process.once("exit", kill);
  const address = `postgresql://${DATABASE_USER}:${PASSWORD}@127.0.0.1:${port}`;
  const resume = async (): Promise<void> => {
    pid = (await ensurePostmaster(cluster, async () => port)).pid;
  };
  await makeTemplate(address);
  return {
    address,
    createDatabase: (options) => createDatabase(address, options),
    async restart() {
      await stopPostmaster(cluster);
      await resume();
    },
    halt: () => stopPostmaster(cluster),
    resume,
    async stop() {
      process.removeListener("exit", kill);
      await stopPostmaster(cluster);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
