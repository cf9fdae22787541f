import { describe, expect, it } from "vitest";
import { createPace } from "./pace";

function work(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe("createPace", () => {
  it("lets others run after some milliseconds of work", async () => {
    const pace = createPace();
    let others = 0;
    setImmediate(() => others++);
    work(20);
    await pace();
    expect(others).toBe(1);
  });

  it("rests for as long as was worked, once that is much", async () => {
    const pace = createPace();
    work(250);
    await pace();
    work(20);
    const start = performance.now();
    await pace();
    // Timers may be a millisecond early.
    expect(performance.now() - start).toBeGreaterThanOrEqual(18);
  });

  it("does not rest after next to no work", async () => {
    const pace = createPace();
    let others = 0;
    setImmediate(() => others++);
    for (let i = 0; i < 100; i++) await pace();
    expect(others).toBe(0);
  });

  it("ends the work when it is told to, also while it rests", async () => {
    const stop = new AbortController();
    const pace = createPace(stop.signal);
    work(30);
    const resting = pace();
    stop.abort();
    await expect(resting).rejects.toThrow("aborted");
    await expect(pace()).rejects.toThrow("aborted");
  });
});
