// The spool: samples that wait for our database on disk, in folders that belong to one process each.
import path from "node:path";
import { performance } from "node:perf_hooks";
import { log } from "../log";
import type { SampleBatch } from "../metrics/write";
import { type Losses, NOTHING_LOST } from "./losses";
import { nodeFiles, type SpoolFiles } from "./spool-files";
import { ownerOf, ownFolderName } from "./spool-owner";
import type { Piece } from "./spool-piece";
import { createStore, openStore, type Store } from "./spool-store";

/** How often we show that we live and look for folders of those who do not. */
const TEND_MS = 5_000;
/** An owner elsewhere that has not touched its folder for this long is dead. */
const SILENT_MS = 60_000;
/** The oldest segment is given up when there is no room, so none should hold much of it. */
const SEGMENTS = 32;
/** After so many failures to read it, a segment is given up. */
const PATIENCE = 10;

export interface SpoolOptions {
  /** Where the folders of all processes are. */
  folder: string;
  /** Bytes that all our folders may take. */
  maxBytes: number;
  /** Names our database: samples of another one stay where they are. */
  database: string;
  /** No process elsewhere writes here, whatever a folder's name says. */
  exclusive: boolean;
  files?: SpoolFiles;
}

/** A piece and the folder it is in. */
export interface SpooledPiece extends Piece {
  store: Store;
}

/** One thing after the other, each whatever became of the one before. */
function createQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}

/** The spool of one process. Nothing is made on disk before there is something to keep. */
export function createSpool({ files = nodeFiles, ...options }: SpoolOptions, losses: Losses) {
  const inTurn = createQueue();
  /** Silent folders of others: since when, by the monotonic clock, and their last touch. */
  const watched = new Map<string, { touchedAt: number; since: number }>();
  const passedOver = new Set<string>();
  /** Oldest first. The last one is written to, and keeps the losses. */
  let stores: Store[] = [];
  let tendedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  let failures = 0;
  let tending = false;
  let closed = false;

  const storeAt = (name: string) => ({
    folder: path.join(options.folder, name),
    files,
    segmentBytes: options.maxBytes / SEGMENTS,
  });
  const waiting = () => stores.reduce((total, store) => total + store.waiting, 0);
  const keptBy = (store: Store) => (store === stores.at(-1) ? losses.untold() : NOTHING_LOST);

  async function isOrphan(name: string): Promise<boolean> {
    const owner = ownerOf(name);
    if (owner === "nobody" || owner === "alive") return false;
    // One of our own that we do not know of was left by an adoption that failed half-way.
    if (owner === "dead" || owner === "self" || options.exclusive) return true;
    const touchedAt = await files.touchedAt(path.join(options.folder, name));
    const before = watched.get(name);
    if (before?.touchedAt === touchedAt) return performance.now() - before.since > SILENT_MS;
    watched.set(name, { touchedAt, since: performance.now() });
    return false;
  }

  async function adopt(name: string): Promise<void> {
    const left = await openStore(storeAt(name));
    if (left.database !== "" && left.database !== options.database) {
      passedOver.add(name);
      log.warn({ folder: left.folder, samples: left.waiting }, "spooled samples of another database are left alone");
      return;
    }
    const own = ownFolderName();
    // Of several who try, one succeeds; the others find it gone.
    await files.rename(left.folder, path.join(options.folder, own));
    const store = await openStore(storeAt(own));
    losses.inherit(store.kept);
    stores = [store, ...stores];
    log.info({ samples: store.waiting, bytes: store.bytes }, "samples that an earlier process spooled will be written");
    for (const one of stores) await one.keep(keptBy(one));
  }

  async function adoptOrphans(): Promise<void> {
    const ours = new Set(stores.map((store) => path.basename(store.folder)));
    const names = (await files.list(options.folder)).filter((name) => !ours.has(name) && !passedOver.has(name));
    for (const name of names.sort()) {
      try {
        if (await isOrphan(name)) await adopt(name);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
        log.warn(
          { err: error, folder: name },
          "a spool that an earlier process left cannot be read; it is tried again",
        );
      }
    }
  }

  /** Shows that our folders have an owner. One that is gone was taken for an orphan's, or removed by hand. */
  async function touchAll(): Promise<void> {
    tendedAt = performance.now();
    for (const store of stores) {
      await files.touch(store.folder).catch((error) => {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") return;
        log.error({ folder: store.folder, samples: store.waiting }, "a spool folder was removed while it was in use");
        losses.lose(store.waiting);
        stores = stores.filter((one) => one !== store);
        void store.close();
      });
    }
  }

  /** Removes folders that are read to the end; the last one is kept for what may come. */
  async function closeEmpty(): Promise<void> {
    const empty = stores.filter((store) => store.isEmpty && store !== stores.at(-1));
    stores = stores.filter((store) => !empty.includes(store));
    for (const store of empty) await store.close();
  }

  async function tend(): Promise<void> {
    // A disk that hangs must not gather turns.
    if (tending || closed) return;
    tending = true;
    await inTurn(async () => {
      await touchAll();
      await adoptOrphans();
    }).catch((error) => log.debug({ err: error }, "the spool cannot be looked at"));
    tending = false;
  }

  async function makeRoom(): Promise<void> {
    const bytes = () => stores.reduce((total, store) => total + store.bytes, 0);
    while (bytes() >= options.maxBytes) {
      const [store] = stores;
      if (!store) return;
      losses.lose(store.oldest);
      await store.dropOldest(keptBy(store));
      await closeEmpty();
    }
  }

  async function append(batches: readonly SampleBatch[]): Promise<void> {
    // A process that slept this long may have been taken for dead.
    if (performance.now() - tendedAt > SILENT_MS / 2) await touchAll();
    await makeRoom();
    if (stores.length === 0) {
      await files.makeFolder(options.folder);
      stores = [await createStore(storeAt(ownFolderName()), options.database)];
    }
    await stores.at(-1)?.append(batches, losses.untold());
  }

  async function read(): Promise<SpooledPiece | undefined> {
    await closeEmpty();
    const store = stores.find((one) => !one.isEmpty);
    if (!store) return undefined;
    try {
      const piece = await store.read();
      failures = 0;
      return piece && { ...piece, store };
    } catch (error) {
      failures += 1;
      if (failures === 1) log.error({ err: error }, "spooled samples cannot be read; it is tried again");
      if (failures < PATIENCE) return undefined;
      failures = 0;
      losses.lose(store.oldest);
      log.error({ samples: store.oldest }, "spooled samples that cannot be read are given up");
      await store.dropOldest(keptBy(store));
      return undefined;
    }
  }

  return {
    /** Takes over what dead processes left, now and from now on. Never throws. */
    async start(): Promise<void> {
      await tend();
      timer = setInterval(() => void tend(), TEND_MS).unref();
    },
    /** Durable when it resolves; where there is no room, the oldest is lost and counted. @throws when it cannot be kept here */
    append: (batches: readonly SampleBatch[]): Promise<void> => inTurn(() => append(batches)),
    /** The oldest samples that wait; undefined if there are none or they cannot be read now. Never throws. */
    read: (): Promise<SpooledPiece | undefined> => inTurn(read),
    /** That piece is written down. Never throws. */
    done: ({ store, next, damaged }: SpooledPiece): Promise<void> =>
      inTurn(async () => {
        if (closed) return;
        losses.lose(damaged);
        await store.advance(next, keptBy(store));
      }),
    /** Writes down losses as they stand. Never throws. */
    keepLosses: (): Promise<void> =>
      inTurn(async () => {
        if (!closed) await stores.at(-1)?.keep(losses.untold());
      }),
    /** Samples that wait. */
    waiting,
    async close(): Promise<void> {
      clearInterval(timer);
      await inTurn(async () => {
        closed = true;
        for (const store of stores) await store.close();
      });
    },
  };
}
