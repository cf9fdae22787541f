import { expect, it, onTestFinished, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow, writeLatest } from "../../tests/support/live";
import { pool } from "../db";
import { Hub } from "./hub";
import { SampleFeed, serverTopic } from "./sample-feed";

useDatabase();

it("asks again for what it could not read, since nobody notifies twice", async () => {
  const server = await createServerRow("alpha");
  const hub = new Hub();
  const feed = new SampleFeed(hub);
  onTestFinished(() => feed.close());
  const told: string[] = [];
  hub.subscribe(serverTopic("alpha"), { deliver: (_, frame) => told.push(frame.plain.toString()) });
  await feed.follow(new Map([["alpha", server]]));
  await pool().query("SELECT 1");
  const query = pool().query.bind(pool());
  const failing = vi
    .spyOn(pool(), "query")
    .mockImplementation(((text: string, values: unknown[]) =>
      text.includes("FROM latest") ? Promise.reject(new Error("away")) : query(text, values)) as never);
  await writeLatest(server, "sizes", { total: 1 });
  await expect.poll(() => failing.mock.calls.some(([text]) => String(text).includes("FROM latest"))).toBe(true);
  await writeLatest(server, "cpu", { usage_percent: 2 });
  failing.mockRestore();
  await expect.poll(() => told.join(), { timeout: 5_000 }).toContain("sizes");
  await expect.poll(() => told.join(), { timeout: 5_000 }).toContain("usage_percent");
});
