import { describe, expect, it } from "vitest";
import type { SharedFrame } from "./frame";
import { Hub } from "./hub";
import type { Stats } from "./messages";

const parse = (frame: SharedFrame | null) => {
  const text = frame?.plain.toString() ?? '{"type":null}';
  return JSON.parse(text.slice(text.indexOf('{"type"')));
};

function listener() {
  const frames: SharedFrame[] = [];
  return { frames, deliver: (_: string, frame: SharedFrame) => frames.push(frame) };
}

const sample = (probe: string, value: number) => ({ server: "a", probes: { [probe]: { ts: "t", data: value } } });
const stats = (cpu: number) => ({ cpu_percent: cpu }) as Stats;

describe("Hub", () => {
  it("gives all subscribers of a topic the very same frame, and others nothing", () => {
    const hub = new Hub();
    const [one, two, other] = [listener(), listener(), listener()];
    hub.subscribe("stats", one);
    hub.subscribe("stats", two);
    hub.subscribe("server:a", other);
    hub.publish("stats", "stats", stats(1));
    expect(one.frames[0]).toBe(two.frames[0]);
    expect(other.frames).toEqual([]);
  });

  it("numbers messages by topic", () => {
    const hub = new Hub();
    const one = listener();
    for (const topic of ["stats", "server:a"]) hub.subscribe(topic, one);
    hub.publish("stats", "stats", stats(1));
    hub.publish("server:a", "sample", sample("cpu", 1));
    hub.publish("stats", "stats", stats(2));
    expect(one.frames.map(parse).map(({ type, seq }) => [type, seq])).toEqual([
      ["stats", 1],
      ["sample", 1],
      ["stats", 2],
    ]);
  });

  it("sends what changed, and knows the whole", () => {
    const hub = new Hub();
    const one = listener();
    hub.subscribe("server:a", one);
    hub.publish("server:a", "sample", sample("cpu", 1));
    hub.publish("server:a", "sample", sample("memory", 2));
    hub.publish("server:a", "sample", sample("cpu", 3));
    expect(parse(one.frames[2] ?? null).data).toEqual(sample("cpu", 3));
    const whole = { server: "a", probes: { ...sample("cpu", 3).probes, ...sample("memory", 2).probes } };
    expect(parse(hub.newest("server:a"))).toMatchObject({ type: "sample", seq: 3, data: whole });
    expect(hub.newest("server:a")).toBe(hub.newest("server:a"));
  });

  it("forgets the state of a topic that nobody follows, but not its number", () => {
    const hub = new Hub();
    const one = listener();
    hub.subscribe("server:a", one);
    hub.publish("server:a", "sample", sample("cpu", 1));
    hub.unsubscribe("server:a", one);
    expect([hub.isFollowed("server:a"), hub.newest("server:a")]).toEqual([false, null]);
    hub.subscribe("server:a", one);
    hub.publish("server:a", "sample", sample("memory", 2));
    expect(parse(hub.newest("server:a"))).toMatchObject({ seq: 2, data: sample("memory", 2) });
  });
});
