import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { createKept } from "./kept";
import type { CollectedServer } from "./plan";

const server = (id: number, host = "h"): CollectedServer => ({
  ...{ id, name: `s${id}`, hostKind: null, ssh: null, intervals: {} },
  postgres: { host, port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null },
});

interface Fake {
  open: boolean;
  host: string | undefined;
  close(): Promise<void>;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Connections that take a moment to open and to close, and are counted. */
function fakes(opens: () => Error | null = () => null) {
  const count = { open: 0, most: 0, opened: 0 };
  const kept = createKept<Fake>({
    async open({ postgres }) {
      await pause(2);
      count.opened += 1;
      const error = opens();
      if (error) throw error;
      count.open += 1;
      count.most = Math.max(count.most, count.open);
      const fake: Fake = {
        open: true,
        host: postgres?.host,
        async close() {
          if (!fake.open) return;
          fake.open = false;
          await pause(2);
          count.open -= 1;
        },
      };
      return fake;
    },
    addressOf: ({ postgres }) => postgres,
  });
  return { kept, count };
}

describe("a kept connection", () => {
  it("is shared, and opened again when it is lost or leads elsewhere", async () => {
    const { kept, count } = fakes();
    const [one, same] = await Promise.all([kept.get(server(2)), kept.get(server(2))]);
    expect(one).toBe(same);
    await one.close();
    const next = await kept.get(server(2));
    expect(next).not.toBe(one);
    expect((await kept.get(server(2, "elsewhere"))).host).toBe("elsewhere");
    expect(count).toMatchObject({ opened: 3, most: 1 });
    await kept.close();
    expect(count.open).toBe(0);
  });

  it("that fails is tried again after a second, and not by each question of the same moment", async () => {
    const { kept, count } = fakes(() => new Error("refused"));
    for (let question = 0; question < 4; question += 1) await expect(kept.get(server(2))).rejects.toThrow("refused");
    expect(count.opened).toBe(1);
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now + 1_500);
    await expect(kept.get(server(2))).rejects.toThrow("refused");
    clock.mockRestore();
    expect(count.opened).toBe(2);
  });

  it("stays when what failed had been asked at the server's old address", async () => {
    const { kept, count } = fakes();
    await kept.get(server(2));
    const moved = await kept.get(server(2, "elsewhere"));
    await kept.drop(2, new Error("closed"), server(2));
    expect(await kept.get(server(2, "elsewhere"))).toBe(moved);
    expect(count).toMatchObject({ opened: 2, open: 1 });
  });

  it("that was dropped for a failure gives that failure to the questions of the same moment", async () => {
    const { kept, count } = fakes();
    await kept.get(server(2));
    await kept.drop(2, new Error("silent"));
    await kept.drop(2, new Error("gone, too"));
    await expect(kept.get(server(2))).rejects.toThrow("silent");
    expect(kept.failure(2)).toEqual(new Error("silent"));
    expect(count).toMatchObject({ opened: 1, open: 0 });
  });

  it("is the only one of its server, whatever is asked and dropped meanwhile", async () => {
    const step = fc.record({
      what: fc.constantFrom("get", "drop", "fail", "move", "retain"),
      wait: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { kept, count } = fakes();
        const asked: Promise<unknown>[] = [];
        for (const { what, wait } of steps) {
          if (what === "get") asked.push(kept.get(server(2)).catch(() => {}));
          if (what === "move") asked.push(kept.get(server(2, "elsewhere")).catch(() => {}));
          if (what === "drop") asked.push(kept.drop(2));
          if (what === "fail") asked.push(kept.drop(2, new Error("silent")));
          if (what === "retain") asked.push(kept.retain(new Set()));
          await pause(wait);
        }
        await Promise.all(asked);
        await kept.close();
        expect(count.most).toBeLessThanOrEqual(1);
        expect(count.open).toBe(0);
      }),
      { numRuns: 40 },
    );
  });
});
