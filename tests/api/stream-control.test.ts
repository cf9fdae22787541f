// Timers and commands of channels through the handlers that serve them.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { pool } from "@/lib/db";
import { commandSchema } from "@/lib/streams/commands-schema";
import { ingest } from "@/lib/streams/ingest";
import { autoEndSchema } from "@/lib/streams/schema";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { createUser, signIn } from "../support/live";
import { eventOf } from "../support/streams";

useDatabase();

let viewer: Record<string, string>;
let operator: Record<string, string>;
beforeAll(async () => {
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  operator = (await signIn(await createUser("oleg", "operator"))).headers;
});

/** As the source of a mount calls it: it has to travel percent-encoded. */
const CHANNEL = "radio:/live.mp3";
const address = (what: string, channel = CHANNEL) => `/api/streams/${encodeURIComponent(channel)}/${what}`;

beforeEach(async () => {
  await pool().query("DELETE FROM channels");
  const events = [{ event: "started" }, { event: "listeners", count: 0 }];
  await ingest(events.map((sent) => ({ channelId: CHANNEL, event: eventOf(sent) })));
  // So many requests of one user within a minute are refused elsewhere.
  (globalThis as { dozorThrottle?: unknown }).dozorThrottle = undefined;
});

async function ask(what: string, { method = "POST", body, headers = operator, channel = CHANNEL }: Asked = {}) {
  const response = await callApi(address(what, channel), {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? null : JSON.parse(text) };
}
interface Asked {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  channel?: string;
}

const VERBS: [verb: string, body?: object][] = [
  ["cancel"],
  ["extend", { minutes: 5 }],
  ["pause"],
  ["resume"],
  ["end-now"],
];

describe("the timer", () => {
  it("is read by everybody", async () => {
    const { status, body } = await ask("auto-end", { method: "GET", headers: viewer });
    expect(status).toBe(200);
    expect(autoEndSchema.parse(body)).toEqual(body);
    expect(body).toMatchObject({ is_active: true, paused: false, warnings_sent: [] });
    expect((await ask("auto-end", { method: "GET", channel: "none" })).status).toBe(404);
  });

  it("is extended, paused, resumed, cancelled and ended by operators; each answers with the timer", async () => {
    const seen: string[] = [];
    for (const [verb, body] of [VERBS[1], VERBS[2], VERBS[3], VERBS[0], VERBS[4]].flatMap((one) =>
      one ? [one] : [],
    )) {
      const answer = await ask(`auto-end/${verb}`, { body });
      expect(answer.status, verb).toBe(200);
      seen.push(autoEndSchema.parse(answer.body).state);
    }
    expect(seen).toEqual(["armed", "paused", "armed", "held", "ending"]);
  });

  it.each(VERBS)("%s: not for viewers, not for strangers, not of what there is not", async (verb, body) => {
    expect((await ask(`auto-end/${verb}`, { body, headers: viewer })).status).toBe(403);
    expect((await ask(`auto-end/${verb}`, { body, headers: {} })).status).toBe(401);
    expect((await ask(`auto-end/${verb}`, { body, channel: "none" })).status).toBe(404);
    expect((await ask(`auto-end/${verb}`, { body, channel: "a\0" })).status).toBe(404);
  });

  it("says why there is nothing to do", async () => {
    const { status, body } = await ask("auto-end/resume");
    expect({ status, detail: body.detail }).toEqual({ status: 409, detail: "Auto-end of this channel is not paused." });
  });

  it.each([
    [{}, "minutes"],
    [{ minutes: 0 }, "minutes"],
    [{ minutes: 61 }, "minutes"],
    [{ minutes: 1.5 }, "minutes"],
    [{ minutes: "5" }, "minutes"],
    [{ minutes: null }, "minutes"],
  ])("is not put off by %j", async (sent, field) => {
    const { status, body } = await ask("auto-end/extend", { body: sent });
    expect(status).toBe(422);
    expect(JSON.stringify(body.errors)).toContain(field);
  });

  it.each(["", " ", "x".repeat(201), "a\u0000b", "a\nb", 7])("is not ended for the reason %j", async (reason) => {
    const { status, body } = await ask("auto-end/end-now", { body: { reason } });
    expect(status).toBe(422);
    expect(JSON.stringify(body.errors)).toContain("reason");
    expect((await pool().query("SELECT FROM stream_commands")).rowCount).toBe(0);
  });
});

describe("commands", () => {
  const answerSchema = z.object({ commands: z.array(commandSchema) });

  it("come when they are there, until they are acknowledged", async () => {
    const polled = ask("commands?wait=20", { method: "GET" });
    await ask("auto-end/end-now", { body: { reason: "new studio" } });
    const { commands } = answerSchema.parse((await polled).body);
    expect(commands).toMatchObject([{ command: "stop", reason: "new studio" }]);
    const id = commands[0]?.id;
    for (const _ of [1, 2]) expect((await ask(`commands/${id}/ack`)).status).toBe(204);
    expect((await ask("commands", { method: "GET" })).body).toEqual({ commands: [] });
  });

  it.each(["-1", "61", "1.5", "abc"])("are not waited for %s seconds", async (wait) => {
    const { status, body } = await ask(`commands?wait=${wait}`, { method: "GET" });
    expect(status).toBe(422);
    expect(JSON.stringify(body.errors)).toContain("wait");
  });

  it.each(["0", "-1", "abc", "1e30", "99999999"])("numbered %s there are none to acknowledge", async (id) => {
    expect((await ask(`commands/${id}/ack`)).status).toBe(404);
  });

  it("are for those who may change streams", async () => {
    expect((await ask("commands", { method: "GET", headers: viewer })).status).toBe(403);
    expect((await ask("commands/1/ack", { headers: viewer })).status).toBe(403);
    expect((await ask("commands", { method: "GET", headers: {} })).status).toBe(401);
  });
});
