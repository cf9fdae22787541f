// What is stored of channels, through the routes that give the history of servers.
import { expect, it } from "vitest";
import { writeSamples } from "@/lib/metrics/write";
import { sampleChannels } from "@/lib/streams/series";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { report } from "../support/streams";
import { signedIn } from "../support/users";

useDatabase();

it("the history of a channel leaves as a file, and two ranges of it are laid over each other", async () => {
  const { headers } = await signedIn({ role: "viewer", kind: "bearer" });
  const ask = async (address: string) => {
    const response = await callApi(address, { headers });
    return { status: response.status, body: await response.json() };
  };
  await report(0, "radio", { event: "started" }, { event: "listeners", count: 4 });
  await writeSamples(await sampleChannels(Math.floor(Date.now() / 5_000) * 5_000 - 5_000));
  const asked = "channel=radio&metrics=stream.listeners";
  const file = await ask(`/api/history/export?${asked}&format=json`);
  expect(file.body).toMatchObject({ channel: "radio", count: 1, series: [{ metric: "stream.listeners" }] });
  expect(file.body.points[0].at(-1)).toBe(4);
  const compared = await ask(`/api/history/compare?${asked}&period=hour&compare_to=previous`);
  expect(compared.body.series).toMatchObject([{ metric: "stream.listeners", summary: { a: { max: 4 } } }]);
  for (const route of ["export?", "compare?period=hour&compare_to=previous&"])
    expect(await ask(`/api/history/${route}channel=none&metrics=stream.listeners`)).toMatchObject({
      status: 422,
      body: { errors: [{ path: "channel" }] },
    });
  expect(await ask("/api/history/export?channel=radio&metric_type=cpu")).toMatchObject({
    status: 422,
    body: { errors: [{ path: "channel" }] },
  });
});
