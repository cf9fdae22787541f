import { setImmediate as breath, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { Rows } from "../metrics/rows";
import { type Actor, systemActor } from "../users/permissions";
import { inTurn, takeTurn } from "./export-limit";
import { exportStream } from "./export-stream";
import { csvWriter, type ExportHead, jsonWriter } from "./export-text";

const series = [{ metric: "cpu.user", labels: {}, instance: "", unit: "percent", interval_s: 5, aggregate: null }];
const moment = "2026-01-15T10:00:00.000Z";
const head: ExportHead = { server: "s", start_time: moment, end_time: moment, interval: "raw", series };

/** A window of about 26 kB of CSV. */
const windowAt = (at: number): Rows => ({
  times: Float64Array.from({ length: 1_000 }, (_, row) => at + row),
  steps: 0,
  columns: [{ values: new Float64Array(1_000).fill(1 / 3) }],
});

/** Windows of which one counts how many were asked for, and whether they were given back. */
function counted(windows: number, failure?: Error) {
  const seen = { read: 0, ended: false, released: 0 };
  async function* generate(): AsyncGenerator<Rows> {
    try {
      while (seen.read < windows) {
        seen.read += 1;
        await breath();
        yield windowAt(1_000 * seen.read);
      }
      if (failure) throw failure;
    } finally {
      seen.ended = true;
    }
  }
  const release = () => {
    seen.released += 1;
  };
  const stream = (writer = csvWriter(head), stalledMs?: number) =>
    exportStream({ writer, windows: generate(), release }, stalledMs);
  return { seen, stream };
}

describe("exportStream", () => {
  it("reads nothing before somebody takes it, and no further than is taken", async () => {
    const { seen, stream } = counted(1_000);
    const reader = stream().getReader();
    await sleep(5);
    expect(seen.read).toBe(0);
    await reader.read();
    await sleep(5);
    const once = seen.read;
    expect(once).toBeLessThan(5);
    await reader.read();
    expect(seen.read).toBeLessThanOrEqual(2 * once);
    await reader.cancel();
  });

  it("stops reading and gives back its turn when the client goes", async () => {
    const { seen, stream } = counted(1_000);
    const reader = stream().getReader();
    await reader.read();
    const before = seen.read;
    await reader.cancel();
    await sleep(5);
    expect(seen).toEqual({ read: before, ended: true, released: expect.any(Number) });
    expect(seen.released).toBeGreaterThan(0);
  });

  it("stops also when the client goes while a window is being read", async () => {
    const { seen, stream } = counted(1_000);
    const reader = stream().getReader();
    await reader.read();
    const before = seen.read;
    const pending = reader.read();
    await reader.cancel();
    expect((await pending).done).toBe(true);
    expect(seen.ended).toBe(true);
    expect(seen.read).toBeLessThanOrEqual(before + 1);
    expect(seen.released).toBeGreaterThan(0);
  });

  it.each([
    ["CSV", csvWriter],
    ["JSON", jsonWriter],
  ])("breaks off %s that cannot be read to its end, so that it never looks complete", async (_, writer) => {
    const { seen, stream } = counted(20, new Error("the database went away"));
    const response = new Response(stream(writer(head)));
    await expect(response.text()).rejects.toThrow("the database went away");
    expect(seen).toMatchObject({ read: 20, ended: true });
    expect(seen.released).toBeGreaterThan(0);
  });

  it("gives up on a client that takes nothing", async () => {
    const { seen, stream } = counted(1_000);
    const reader = stream(csvWriter(head), 30).getReader();
    await reader.read();
    await vi.waitFor(() => expect(seen.released).toBeGreaterThan(0));
    await expect(reader.read()).rejects.toThrow("Nobody took the export");
    expect(seen.ended).toBe(true);
    const untouched = counted(10);
    untouched.stream(csvWriter(head), 5);
    await vi.waitFor(() => expect(untouched.seen.released).toBeGreaterThan(0));
    expect(untouched.seen.read).toBe(0);
  });

  it("waits for a slow client that keeps taking", async () => {
    const { stream } = counted(12);
    const [stalled, pause] = [1_500, 250];
    let pieces = 0;
    for await (const piece of stream(csvWriter(head), stalled)) {
      pieces += piece.length > 0 ? 1 : 0;
      await sleep(pause);
    }
    expect(pieces * pause).toBeGreaterThan(stalled);
  });

  it("lets others run between its pieces", async () => {
    const { stream } = counted(60);
    let breaths = 0;
    let over = false;
    const other = (async () => {
      for (; !over; breaths++) await breath();
    })();
    let pieces = 0;
    for await (const _ of stream()) pieces += 1;
    over = true;
    await other;
    expect(pieces).toBeGreaterThan(10);
    expect(breaths).toBeGreaterThanOrEqual(pieces - 1);
  });

  it("is valid without a row", async () => {
    const { stream } = counted(0);
    expect(await new Response(stream()).text()).toBe("timestamp,step_seconds,cpu.user\r\n");
    const json = await new Response(counted(0).stream(jsonWriter(head))).json();
    expect(json).toEqual({ ...head, points: [], count: 0 });
  });
});

describe("takeTurn", () => {
  const user = (userId: string): Actor => ({ ...systemActor(), kind: "user", userId });

  it("lets a user have two exports under way, each user for himself", () => {
    const [first] = [takeTurn(user("a")), takeTurn(user("a"))];
    expect(() => takeTurn(user("a"))).toThrow(expect.objectContaining({ code: "too_many_requests", status: 429 }));
    takeTurn(user("b"))();
    first();
    first();
    const again = takeTurn(user("a"));
    expect(() => takeTurn(user("a"))).toThrow("2 exports at once");
    again();
  });
});

describe("inTurn", () => {
  it("reads two windows at once, the others one after another, also when some fail", async () => {
    let [running, most, done] = [0, 0, 0];
    const read = async (fails: boolean) => {
      running += 1;
      most = Math.max(most, running);
      await sleep(1);
      running -= 1;
      if (fails) throw new Error("no");
      done += 1;
    };
    await Promise.allSettled(Array.from({ length: 20 }, (_, i) => inTurn(() => read(i % 3 === 0))));
    expect([running, most, done]).toEqual([0, 2, 13]);
  });
});
