// Samples through sudden deaths of the process that collects them, and on a disk that is really full.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { createLosses } from "../../lib/collect/losses";
import { createSpool } from "../../lib/collect/spool";
import { pool } from "../../lib/db";
import { checkCollection, resultsAt } from "../support/collection";
import { useDatabase } from "../support/database";
import { makeFolder, removeFolder, until, works } from "./support";

const RECORDER = path.resolve(`dist/lifecycle/recorder-${process.pid}.mjs`);
buildSync({
  entryPoints: ["tests/lifecycle/recorder.ts"],
  outfile: RECORDER,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});
afterAll(() => rmSync(RECORDER, { force: true }));

describe("a collector that is killed between any two steps of its disk", () => {
  const database = useDatabase();

  /** Runs the recorder for those ticks. @returns ticks that it said were kept, and its steps if it came to its end */
  async function run(folder: string, subject: number, ticks: [number, number], killAt = 0) {
    const child = spawn(process.execPath, [RECORDER, folder, ...[subject, ...ticks, killAt].map(String)], {
      env: { ...process.env, DATABASE_URL: database.url, LOG_LEVEL: "silent" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
    expect(code === 0 || child.signalCode === "SIGKILL", output).toBe(true);
    const kept = [...output.matchAll(/^kept (\d+)$/gm)].map(([, tick]) => Number(tick));
    return { kept, steps: Number(/"steps":(\d+)/.exec(output)?.[1] ?? 0) };
  }

  /** Kills it at every other step from that one on. */
  async function dieAgainAndAgain(first: number): Promise<void> {
    const spool = makeFolder();
    const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    const kept: number[] = [];
    let tick = 0;
    const next = async (killAt = 0) => {
      const one = await run(spool, rows[0].id, [tick, tick + 2], killAt);
      kept.push(...one.kept);
      tick += 2;
      return one;
    };
    const { steps } = await next();
    expect(steps).toBeGreaterThan(20);
    for (let killAt = first; killAt <= steps; killAt += 2) {
      await next(killAt);
      // The next one finds what up to four before it left.
      if (killAt % 8 === first) await next();
    }
    await next();
    const found = await checkCollection(rows[0].id, kept, ["self"]);
    expect(found).toMatchObject({ missing: 0, right: 5 * kept.length });
    // Of a tick that was not kept yet all is there or nothing: its five samples came together.
    expect(found.strange % 5).toBe(0);
    expect(readdirSync(spool)).toEqual([]);
    removeFolder(spool);
  }

  test("loses nothing that it kept and doubles nothing, however often it happens", async () => {
    // Mostly a process waits: two at a time take half as long.
    await Promise.all([1, 2].map(dieAgainAndAgain));
  }, 400_000);
});

const probe = makeFolder();
const canMount = works("mount", "-t", "tmpfs", "tmpfs", probe) && works("umount", probe);
removeFolder(probe);

if (canMount) {
  test("a disk that is really full costs what does not fit and nothing before it", async () => {
    const disk = makeFolder();
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]).status).toBe(0);
    try {
      const options = { folder: path.join(disk, "spool"), maxBytes: 1e9, database: "ours", exclusive: true };
      const batch = (tick: number) =>
        resultsAt(2, tick, ["cpu"]).flatMap(({ outcome, ...result }) =>
          outcome.outcome === "ok"
            ? [{ subject: 2, probe: result.probe, ts: result.ts, rows: outcome.reading.rows }]
            : [],
        );
      const before = createSpool(options, createLosses());
      let kept = 0;
      const fill = async () => {
        for (;;) {
          await before.append(batch(kept));
          kept += 1;
        }
      };
      await expect(fill()).rejects.toMatchObject({ code: "ENOSPC" });
      expect(kept).toBeGreaterThan(20);
      await expect(before.append(batch(kept))).rejects.toMatchObject({ code: "ENOSPC" });
      await before.close();
      const after = createSpool(options, createLosses());
      await after.start();
      const found: number[] = [];
      while (after.waiting() > 0) {
        const piece = await after.read();
        if (!piece) break;
        found.push(...piece.batches.map(({ ts }) => ts));
        await after.done(piece);
      }
      expect(found).toEqual(Array.from({ length: kept }, (_, tick) => batch(tick)[0]?.ts));
      await after.append(batch(0));
      await after.close();
    } finally {
      await until("the disk to be free", () => works("umount", disk));
      removeFolder(disk);
    }
  });
}
