// A disk for spool tests: can be full, refuse to write, and lose what was not synced when the power fails.
import path from "node:path";
import type { SpoolFile, SpoolFiles } from "../../lib/collect/spool-files";

interface Entry {
  bytes: Buffer;
  /** What a power failure leaves of it; undefined if its name was never made durable. */
  durable: Buffer | undefined;
  synced: Buffer;
}

const failure = (code: string) => Object.assign(new Error(code), { code });

export class MemoryDisk {
  files = new Map<string, Entry>();
  folders = new Map<string, { touchedAt: number; durable: boolean }>();
  /** Bytes that fit; more is ENOSPC, after as much as fits was written. */
  capacity = Number.POSITIVE_INFINITY;
  /** Every change of the disk is refused with this code. */
  refusal: string | undefined;
  /** Changes made so far, and the one before which the machine stops for good. */
  steps = 0;
  stopAt = Number.POSITIVE_INFINITY;
  private stop = (): void => {};
  /** Resolves when the machine has stopped. */
  readonly stopped = new Promise<void>((resolve) => {
    this.stop = resolve;
  });

  get used(): number {
    return [...this.files.values()].reduce((total, { bytes }) => total + bytes.length, 0);
  }

  /** The same disk after the process was killed, or after the power failed. */
  after(what: "kill" | "power failure"): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, folder] of this.folders) if (what === "kill" || folder.durable) disk.folders.set(name, folder);
    for (const [name, { bytes, durable }] of this.files) {
      const left = what === "kill" ? bytes : durable;
      if (left && disk.folders.has(path.dirname(name)))
        disk.files.set(name, { bytes: Buffer.from(left), durable: Buffer.from(left), synced: Buffer.from(left) });
    }
    return disk;
  }

  private async step(): Promise<void> {
    this.steps += 1;
    if (this.steps >= this.stopAt) {
      this.stop();
      await new Promise(() => {});
    }
    if (this.refusal) throw failure(this.refusal);
  }

  private entry(name: string): Entry {
    const entry = this.files.get(name);
    if (!entry) throw failure("ENOENT");
    return entry;
  }

  private open(name: string): SpoolFile {
    const entry = this.entry(name);
    return {
      write: async (bytes, at) => {
        await this.step();
        const free = Math.max(0, this.capacity - this.used) + Math.max(0, entry.bytes.length - at);
        const fits = bytes.subarray(0, Math.max(0, Math.min(bytes.length, free)));
        const grown = Buffer.alloc(Math.max(entry.bytes.length, at + fits.length));
        entry.bytes.copy(grown);
        fits.copy(grown, at);
        entry.bytes = grown;
        if (fits.length < bytes.length) throw failure("ENOSPC");
      },
      read: async (at, length) => Buffer.from(entry.bytes.subarray(at, at + length)),
      sync: async () => {
        await this.step();
        entry.synced = Buffer.from(entry.bytes);
        if (entry.durable) entry.durable = entry.synced;
      },
      truncate: async (length) => {
        await this.step();
        entry.bytes = entry.bytes.subarray(0, length);
      },
      close: async () => {},
    };
  }

  readonly port: SpoolFiles = {
    makeFolder: async (name) => {
      await this.step();
      if (!this.folders.has(name)) this.folders.set(name, { touchedAt: 0, durable: false });
    },
    list: async (name) => {
      const names = [...this.files.keys(), ...this.folders.keys()];
      return names.filter((one) => path.dirname(one) === name).map((one) => path.basename(one));
    },
    rename: async (from, to) => {
      await this.step();
      const folder = this.folders.get(from);
      if (!folder) throw failure("ENOENT");
      this.folders.delete(from);
      this.folders.set(to, folder);
      for (const [name, entry] of [...this.files]) {
        if (path.dirname(name) !== from) continue;
        this.files.delete(name);
        this.files.set(path.join(to, path.basename(name)), entry);
      }
    },
    remove: async (name) => {
      await this.step();
      this.folders.delete(name);
      for (const one of [...this.files.keys()]) if (one === name || path.dirname(one) === name) this.files.delete(one);
    },
    open: async (name, fresh) => {
      if (fresh) {
        await this.step();
        if (!this.folders.has(path.dirname(name))) throw failure("ENOENT");
        if (!this.files.has(name))
          this.files.set(name, { bytes: Buffer.alloc(0), durable: undefined, synced: Buffer.alloc(0) });
        this.entry(name).bytes = Buffer.alloc(0);
      }
      return this.open(name);
    },
    readAll: async (name) => Buffer.from(this.entry(name).bytes),
    syncFolder: async (name) => {
      await this.step();
      for (const [one, entry] of this.files) if (path.dirname(one) === name) entry.durable = entry.synced;
      for (const [one, folder] of this.folders) if (path.dirname(one) === name) folder.durable = true;
    },
    touch: async (name) => {
      const folder = this.folders.get(name);
      if (!folder) throw failure("ENOENT");
      folder.touchedAt += 1;
    },
    touchedAt: async (name) => {
      const folder = this.folders.get(name);
      if (!folder) throw failure("ENOENT");
      return folder.touchedAt;
    },
  };
}
