import { describe, expect, it } from "vitest";
import { type SessionAnswer, SessionWatch } from "./session-watch";

const HOUR = 3_600;

/** A page opened at 0 s in front of a server that answers what it is told to. */
function page(secondsLeft: number) {
  const asked: string[] = [];
  const server: { answer: SessionAnswer } = { answer: "unknown" };
  const answering = (what: string) => async () => {
    asked.push(what);
    return server.answer;
  };
  const requests = { ask: answering("ask"), extend: answering("extend"), leave: () => void asked.push("leave") };
  const watch = new SessionWatch(requests, secondsLeft, 0);
  const at = (seconds: number, answer?: SessionAnswer) => {
    if (answer !== undefined) server.answer = answer;
    return watch.tick(seconds * 1_000);
  };
  return { watch, server, asked, at };
}

describe("SessionWatch", () => {
  it("asks nothing and shows nothing until five minutes before the end", async () => {
    const { watch, asked, at } = page(HOUR);
    for (const seconds of [0, 1, 1_800, 3_299]) await at(seconds);
    expect(asked).toEqual([]);
    expect(watch.view.open).toBe(false);
  });

  it("then asks the server, warns, and counts down by itself between its answers", async () => {
    const { watch, asked, at } = page(HOUR);
    await at(3_300, 300);
    expect(watch.view).toEqual({ open: true, secondsLeft: 300, final: false });
    await at(3_310);
    expect(watch.view.secondsLeft).toBe(290);
    expect(asked).toEqual(["ask"]);
    await at(3_315, 285);
    expect(asked).toEqual(["ask", "ask"]);
  });

  it("warns nobody whose other tab is in use, and closes when it is used meanwhile", async () => {
    const { watch, at } = page(HOUR);
    await at(3_300, 11 * HOUR);
    expect(watch.view.open).toBe(false);
    await at(3_300 + 11 * HOUR, 200);
    expect(watch.view.open).toBe(true);
    await at(3_316 + 11 * HOUR, 12 * HOUR);
    expect(watch.view.open).toBe(false);
  });

  it("believes the server's answer, not its own clock, which may have slept or jumped", async () => {
    const { watch, asked, at } = page(HOUR);
    await at(20 * HOUR, 250);
    expect(watch.view).toMatchObject({ open: true, secondsLeft: 250 });
    expect(asked).toEqual(["ask"]);
  });

  it("asks soon again at the end, which the server may see a little later", async () => {
    const { asked, at } = page(HOUR);
    await at(3_595, 5);
    await at(HOUR, 0);
    await at(3_601);
    expect(asked).toEqual(["ask", "ask"]);
    await at(3_602, "over");
    expect(asked).toEqual(["ask", "ask", "ask", "leave"]);
  });

  it("leaves once when the session is over", async () => {
    const { asked, at } = page(HOUR);
    await at(HOUR, "over");
    await at(HOUR + 20);
    expect(asked.filter((what) => what === "leave")).toHaveLength(1);
  });

  it("goes on counting while the server does not answer", async () => {
    const { watch, asked, at } = page(HOUR);
    await at(3_400, "unknown");
    expect(watch.view).toMatchObject({ open: true, secondsLeft: 200 });
    await at(2 * HOUR);
    expect(watch.view).toMatchObject({ open: true, secondsLeft: 0 });
    expect(asked).not.toContain("leave");
  });

  it("tells activity at most once a minute, and none while it warns", async () => {
    const { watch, server, asked, at } = page(HOUR);
    server.answer = 12 * HOUR;
    for (const seconds of [1, 59, 60, 61, 119, 120]) await watch.activity(seconds * 1_000);
    expect(asked).toEqual(["extend", "extend"]);
    await at(120 + 12 * HOUR - 300, 300);
    await watch.activity(14 * HOUR * 1_000);
    expect(asked).toEqual(["extend", "extend", "ask"]);
  });

  it("extends when somebody goes on", async () => {
    const { watch, server, asked, at } = page(HOUR);
    await at(3_300, 300);
    server.answer = 12 * HOUR;
    await watch.goOn(3_301_000);
    expect(asked.at(-1)).toBe("extend");
    expect(watch.view).toMatchObject({ open: false, final: false });
  });

  it("keeps warning when going on did not reach the server", async () => {
    const { watch, server, at } = page(HOUR);
    await at(3_300, 300);
    server.answer = "unknown";
    await watch.goOn(3_310_000);
    expect(watch.view).toEqual({ open: true, secondsLeft: 290, final: false });
  });

  it("says so when the session has lasted as long as it may, and is put away", async () => {
    const { watch, asked, at } = page(HOUR);
    await at(3_300, 300);
    await watch.goOn(3_300_000);
    expect(watch.view).toEqual({ open: true, secondsLeft: 300, final: true });
    await watch.goOn(3_301_000);
    expect(watch.view.open).toBe(false);
    await at(3_320, 280);
    expect(watch.view.open).toBe(false);
    await at(HOUR, "over");
    expect(asked.at(-1)).toBe("leave");
  });

  it("tells its listeners of what can be seen only", async () => {
    const { watch, at } = page(HOUR);
    let told = 0;
    const stop = watch.subscribe(() => {
      told += 1;
    });
    for (const seconds of [1, 2, 3]) await at(seconds);
    expect(told).toBe(0);
    await at(3_300, 300);
    await at(3_301);
    await at(3_301.4);
    expect(told).toBe(2);
    stop();
    await at(3_303);
    expect(told).toBe(2);
  });
});
