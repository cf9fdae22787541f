// The trial of docs/telegram.md, from its command line to the chat and the activity feed.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { POST } from "@/app/api/alertmanager/webhook/route";
import { listActivity } from "@/lib/activity/queries";
import { systemActor } from "@/lib/users/permissions";
import { type AlertmanagerProcess, render, startAlertmanager } from "../support/alertmanager";
import { useDatabase } from "../support/database";
import { documented } from "../support/documented";
import { apiToken, createUser } from "../support/live";
import { useServers } from "../support/served";
import { telegram } from "../support/telegram";

useDatabase();
const serve = useServers();
const BOT = "5812345678:AAFd9uPq2zNf9xKt4vLs6mRb3yGh8jCe5aQ";

let folder: string;
let alertmanager: AlertmanagerProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dozor-trial-"));
});
afterEach(async () => {
  await alertmanager?.stop();
  rmSync(folder, { recursive: true });
});

it("arrives in the chat and in the feed", async () => {
  const chat = telegram(BOT);
  const dozor = await serve(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const { authorization = "", "content-type": type = "" } = request.headers;
    const headers = { authorization, "content-type": type };
    const asked = new Request(`http://localhost${request.url}`, {
      method: "POST",
      headers,
      body: Buffer.concat(pieces),
    });
    const answer = await POST(asked);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  const { authorization = "" } = await apiToken(await createUser("olga", "operator"), ["alerts:write"]);
  const told = await render(
    {
      ...{ TELEGRAM_BOT_TOKEN: BOT, ADMIN_CHAT_ID: "77", TELEGRAM_API_URL: await serve(chat.listener) },
      ...{ DOZOR_API_TOKEN: authorization.replace("Bearer ", ""), DOZOR_URL: dozor },
    },
    folder,
  );
  expect(told).toMatchObject({ code: 0 });
  alertmanager = await startAlertmanager(folder);

  const trial = documented("docs/telegram.md", "DozorTrial", { "http://127.0.0.1:9093": alertmanager.url });
  await promisify(execFile)("bash", ["-euo", "pipefail", "-c", trial]);
  await vi.waitFor(
    async () => {
      expect(chat.sent).toContainEqual(
        expect.objectContaining({ chat_id: 77, text: expect.stringContaining("Only a trial") }),
      );
      const { events } = await listActivity(systemActor(), { limit: 100 });
      expect(events).toContainEqual(expect.objectContaining({ type: "alert_fired" }));
      expect(JSON.stringify(events)).toContain("DozorTrial");
    },
    { timeout: 20_000, interval: 100 },
  );
});
