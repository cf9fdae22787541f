// The database that Dozor brings along: found or started, owned, supervised, stopped.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { log as processLog } from "../log";
import { StartError } from "../start-error";
import { locateBinaries } from "./binaries";
import { type Cluster, DATABASE_USER, initialiseCluster } from "./cluster";
import { type DataDirectory, databaseFolder } from "./data-directory";
import { explainFileError } from "./file-error";
import { keptSecret } from "./kept-secret";
import { boundLog } from "./log-file";
import { becomeOwner, OwnedByAnother } from "./owner";
import { freePort, isFree } from "./port";
import { ensurePostmaster, findPostmaster, stopPostmaster } from "./postmaster";

const log = processLog.child({ source: "database" });

export interface EmbeddedDatabase {
  /** Address with the generated password. */
  url: string;
  stop(): Promise<void>;
}

interface Running {
  cluster: Cluster;
  directory: string;
  password: string;
  port: number;
  owner: pg.Client;
}

const address = (password: string, port: number, database: string): string =>
  `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;

async function choosePort(file: string): Promise<number> {
  let former = 0;
  try {
    former = Number(readFileSync(file, "utf8"));
  } catch {
    // The first start.
  }
  return former > 0 && (await isFree(former)) ? former : freePort();
}

function prepareCluster({ path: directory, account }: DataDirectory): { cluster: Cluster; password: string } {
  const cluster: Cluster = {
    binaries: locateBinaries(account, directory),
    account,
    directory: databaseFolder(directory),
    logFile: path.join(directory, "postgres.log"),
    settings: {},
  };
  const password = keptSecret(directory, "database_password");
  initialiseCluster(cluster, password);
  boundLog(cluster.logFile);
  return { cluster, password };
}

/** Codes of a server that is just stopping or gone: the one that another Dozor stops now, or a crashed one. */
const PASSING = new Set(["57P01", "57P02", "57P03", "ECONNREFUSED", "ECONNRESET"]);

async function own(data: DataDirectory): Promise<Running> {
  const { cluster, password } = prepareCluster(data);
  const portFile = path.join(data.path, "postgres.port");
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { port, spawned } = await ensurePostmaster(cluster, () => choosePort(portFile));
    try {
      const owner = await becomeOwner(address(password, port, "postgres"), data.path);
      writeFileSync(portFile, `${port}\n`);
      return { cluster, directory: data.path, password, port, owner };
    } catch (error) {
      if (PASSING.has((error as { code?: string }).code ?? "") && Date.now() < deadline) await sleep(200);
      else {
        if (spawned && !(error instanceof OwnedByAnother)) await stopPostmaster(cluster);
        throw error;
      }
    }
  }
}

async function createDatabase({ owner }: Running): Promise<void> {
  const { rowCount } = await owner.query("SELECT FROM pg_database WHERE datname = 'dozor'");
  if (rowCount === 0) await owner.query("CREATE DATABASE dozor");
}

/** Brings a lost database back, on the same port, however often it takes. */
async function recover(running: Running, stopping: AbortSignal): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    await sleep(Math.min(10_000, 100 * 2 ** attempt), undefined, { signal: stopping }).catch(() => {});
    if (stopping.aborted) return;
    try {
      const { port } = await ensurePostmaster(running.cluster, async () => running.port);
      running.owner = await becomeOwner(address(running.password, port, "postgres"), running.directory);
      if (port === running.port) {
        log.info("The embedded PostgreSQL runs again");
        return;
      }
      // Started by another in the meantime, elsewhere: our addresses name the former port.
      await running.owner.end();
      await stopPostmaster(running.cluster);
    } catch (error) {
      if (error instanceof OwnedByAnother) throw error;
      log.error({ err: error }, "The embedded PostgreSQL cannot be started; trying again");
    }
  }
}

interface Supervision {
  stop(): Promise<void>;
}

function supervise(running: Running, onGivenUp: (error: Error) => void): Supervision {
  const stopping = new AbortController();
  let recovering: Promise<void> | undefined;
  const watch = (): void => {
    running.owner.once("end", () => {
      if (stopping.signal.aborted) return;
      log.error("The embedded PostgreSQL is gone; starting it again");
      recovering = recover(running, stopping.signal).then(watch, onGivenUp);
    });
  };
  watch();
  const timer = setInterval(() => boundLog(running.cluster.logFile), 60_000).unref();
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      // A long crash recovery must not hold us: postgres goes on with it at the next start.
      await Promise.race([recovering, sleep(1_000)]);
      await running.owner.end().catch(() => {});
    },
  };
}

/**
 * Starts the database of a data directory (or takes over the one that a killed Dozor left running) and keeps it running.
 * @param onGivenUp another Dozor took the directory while our server was down: this process must end
 * @throws StartError with one readable reason: another owner, another major version, no rights, full disk, …
 */
export async function startEmbedded(data: DataDirectory, onGivenUp: (error: Error) => void): Promise<EmbeddedDatabase> {
  try {
    const running = await own(data);
    await createDatabase(running);
    const supervision = supervise(running, onGivenUp);
    return {
      url: address(running.password, running.port, "dozor"),
      async stop() {
        await supervision.stop();
        await stopPostmaster(running.cluster);
      },
    };
  } catch (error) {
    throw explainFileError(error, data.path);
  }
}

/**
 * The database of a data directory for a short visit beside the Dozor that runs on it, else one that is started for the visit.
 * @throws StartError if there is no database yet, or as `startEmbedded` does
 */
export async function visitEmbedded(data: DataDirectory): Promise<EmbeddedDatabase> {
  if (!existsSync(databaseFolder(data.path)))
    throw new StartError(`There is no database in ${data.path} yet. Is DATA_DIR the one that Dozor runs with?`);
  try {
    const { cluster, password } = prepareCluster(data);
    const running = findPostmaster(cluster);
    if (running?.ready) return { url: address(password, running.port, "dozor"), stop: async () => {} };
  } catch (error) {
    throw explainFileError(error, data.path);
  }
  return startEmbedded(data, () => {});
}
