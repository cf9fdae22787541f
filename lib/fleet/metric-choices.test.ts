import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { writeSamples } from "../metrics/write";
import { type Actor, systemActor } from "../users/permissions";
import { metricChoices } from "./metric-choices";

useDatabase();

const viewer: Actor = { ...systemActor(), kind: "user", role: "viewer" };

beforeAll(async () => {
  const [subject, other] = [await createServerRow("db-1"), await createServerRow("db-2")];
  const ts = Date.UTC(2026, 0, 15, 10);
  const databases = ["shop", "billing"].map((database) => ({ labels: { database }, values: { commits_per_sec: 1 } }));
  await writeSamples([
    { subject, ts, probe: "databases", rows: databases },
    { subject, ts, probe: "cpu", rows: [{ labels: {}, values: { usage_percent: 5 } }] },
    { subject: other, ts, probe: "memory", rows: [{ labels: {}, values: { used_bytes: 5 } }] },
  ]);
});

describe("metricChoices", () => {
  it("gives what the server has, in the catalog's order, and its instances", async () => {
    expect(await metricChoices(viewer, "db-1")).toEqual([
      { metric: "cpu.usage_percent", probe: "cpu", unit: "percent", help: expect.any(String), instances: [{}] },
      {
        metric: "databases.commits_per_sec",
        probe: "databases",
        unit: "1/s",
        help: expect.any(String),
        instances: [{ database: "billing" }, { database: "shop" }],
      },
    ]);
  });

  it("refuses nobody's question and unknown servers", async () => {
    await expect(metricChoices(null, "db-1")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(metricChoices(viewer, "db-3")).rejects.toMatchObject({ code: "invalid" });
  });
});
