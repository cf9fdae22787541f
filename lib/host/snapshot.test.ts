import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MetricDefinition, Row } from "../probe";
import { hostProbes } from "./probes/index";
import { toSnapshot } from "./snapshot";

const gauge = (place?: string): MetricDefinition => ({ kind: "gauge", unit: "count", help: "A number", place });
const probe = {
  metrics: {
    plain: gauge(),
    nested: gauge("totals.sent"),
    sent: gauge("interfaces.{interface}.sent"),
    up: { ...gauge("interfaces.{interface}.up"), unit: "boolean" as const },
    core: gauge("per_core[{core}]"),
    sockets: gauge("connections.tcp.{state}"),
    size: gauge("partitions.{mount}.size"),
  },
};

describe("toSnapshot", () => {
  it("puts each value at its metric's place", () => {
    expect(
      toSnapshot(
        probe,
        [
          { labels: {}, values: { plain: 1, nested: 2 } },
          { labels: { interface: "eth0" }, values: { sent: 3, up: 1 } },
          { labels: { core: "1" }, values: { core: 4 } },
          { labels: { core: "0" }, values: { core: 5 } },
          { labels: { state: "listen" }, values: { sockets: 6 } },
          { labels: { mount: "/", device: "/dev/sda", fstype: "ext4" }, values: { size: 7 } },
        ],
        { plain: "why" },
      ),
    ).toEqual({
      plain: 1,
      totals: { sent: 2 },
      interfaces: { eth0: { sent: 3, up: true } },
      per_core: [5, 4],
      connections: { tcp: { listen: 6 } },
      partitions: { "/": { size: 7, device: "/dev/sda", fstype: "ext4" } },
      unavailable: { plain: "why" },
    });
  });

  it("keeps its shape where nothing was measured: null, empty maps and arrays, and no reasons unless given", () => {
    expect(toSnapshot(probe, [])).toEqual({
      plain: null,
      totals: { sent: null },
      interfaces: {},
      per_core: [],
      connections: { tcp: {} },
      partitions: {},
    });
  });

  it("fills the missing values of a thing, of an array, and forgets none when rows come one value at a time", () => {
    const snapshot = toSnapshot(probe, [
      { labels: { interface: "a" }, values: { sent: 1 } },
      { labels: { interface: "a" }, values: { up: 0 } },
      { labels: { interface: "b" }, values: { up: null } },
      { labels: { core: "2" }, values: { core: 9 } },
    ]);
    expect(snapshot).toMatchObject({
      interfaces: { a: { sent: 1, up: false }, b: { sent: null, up: null } },
      per_core: [null, null, 9],
    });
  });

  it("leaves out what has no place: unknown metrics, missing labels, indexes that are none", () => {
    const rows: Row[] = [
      { labels: {}, values: { unknown: 1, sent: 2 } },
      { labels: { core: "x" }, values: { core: 3 } },
      { labels: { core: "-1" }, values: { core: 3 } },
      { labels: { core: "99999" }, values: { core: 3 } },
      { labels: { core: "length" }, values: { core: 3 } },
    ];
    expect(toSnapshot(probe, rows)).toEqual(toSnapshot(probe, []));
  });

  it("takes any name for a key, none of which reaches a prototype", () => {
    const awkward = ["__proto__", "constructor", "a.b", "c[0]", "{interface}", "with blank", "/", "", "toString", "0"];
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(fc.string(), fc.constantFrom(...awkward))), (names) => {
        const rows = names.map((name, index) => ({ labels: { interface: name }, values: { sent: index, up: 1 } }));
        const snapshot = JSON.parse(JSON.stringify(toSnapshot(probe, rows)));
        expect(Object.keys(snapshot.interfaces).sort()).toEqual([...names].sort());
        for (const [index, name] of names.entries()) {
          const entry = Object.getOwnPropertyDescriptor(snapshot.interfaces, name)?.value;
          expect(entry).toEqual({ sent: index, up: true });
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
        expect(({} as Record<string, unknown>).sent).toBeUndefined();
      }),
    );
  });
});

describe.each(hostProbes.map((one) => [one.name, one] as const))("places of %s", (_name, one) => {
  it("are all different, and each value of a row comes back from its place", () => {
    const places = Object.values(one.metrics).map((metric) => metric.place);
    expect(new Set(places).size).toBe(places.length);
    for (const [metric, { place, unit }] of Object.entries(one.metrics)) {
      const labels = Object.fromEntries(
        [...(place ?? "").matchAll(/\{(\w+)\}/g)].map(([, label]) => [label ?? "", "3"]),
      );
      expect(one.labels).toEqual(expect.arrayContaining(Object.keys(labels)));
      const snapshot = toSnapshot(one, [{ labels, values: { [metric]: 1 } }]);
      const path = (place ?? "")
        .replace(/\[?\{\w+\}\]?/g, ".3")
        .split(".")
        .filter(Boolean);
      const found = path.reduce<unknown>((branch, key) => (branch as Record<string, unknown>)[key], snapshot);
      expect(found, place).toBe(unit === "boolean" ? true : 1);
    }
  });
});
