// Runs auto-end against a running Dozor with the streamer of examples/: `npm run smoke`, a minute and a half.
// DOZOR_URL (http://127.0.0.1:3000) and DOZOR_TOKEN, an API token of the scopes `read` and `streams:write`.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";

const base = (process.env.DOZOR_URL ?? "http://127.0.0.1:3000").replace(/\/$/, "");
const token = process.env.DOZOR_TOKEN ?? "";
const channel = `smoke-${randomBytes(4).toString("hex")}`;
/** The shortest that there is. */
const TIMEOUT_SECONDS = 60;
const WARNINGS = [60, 30, 10];
/** An end comes on the second; the rest is asking. */
const LATE_SECONDS = 3;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const address = (path = "") => `${base}/api/streams/${encodeURIComponent(channel)}${path}`;

async function ask(method, path, body) {
  const response = await fetch(address(path), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const { status } = response;
  if (!response.ok)
    throw Object.assign(new Error(`${method} ${address(path)}: ${status} ${await response.text()}`), { status });
  return response.status === 204 ? null : response.json();
}

/** A token that may not do this: waiting does not help. */
function refused(error) {
  if ([401, 403].includes(error.status))
    throw new Error(`${error.message}\nDOZOR_TOKEN must have the scopes read and streams:write.`);
  return null;
}

/** Asks until `check` says yes. */
async function until(what, seconds, check) {
  const began = Date.now();
  for (;;) {
    const state = await ask("GET", "").catch(refused);
    if (state && check(state)) {
      console.log(`ok    ${what} (${((Date.now() - began) / 1_000).toFixed(1)} s)`);
      return state;
    }
    if (Date.now() - began > 1_000 * seconds) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(250);
  }
}

function startStreamer() {
  const streamer = spawn(
    process.execPath,
    [resolve(import.meta.dirname, "../examples/streamer.mjs"), channel, "Smoke:600"],
    {
      env: { ...process.env, DOZOR_URL: base, DOZOR_TOKEN: token },
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  let text = "";
  streamer.stdout.on("data", (chunk) => {
    text += chunk;
  });
  const ended = new Promise((done) => streamer.once("exit", done));
  return {
    listen: (count) => streamer.stdin.write(`${count}\n`),
    said: () => text,
    ended,
    kill: () => streamer.kill(),
  };
}

async function run(streamer) {
  await until("the streamer's first event makes the channel", 15, ({ status }) => status === "playing");
  await ask("PATCH", "", { auto_end: { enabled: true, timeout_seconds: TIMEOUT_SECONDS } });
  streamer.listen(2);
  await until("two listen, and nothing counts", 10, (now) => now.listeners === 2 && now.auto_end.state === "idle");
  streamer.listen(0);
  const armed = await until("nobody listens, and the timer is armed", 10, ({ auto_end }) => auto_end.is_active);
  for (const seconds of WARNINGS) {
    const reached = ({ auto_end }) => auto_end.warnings_sent.includes(seconds);
    await until(`warned ${seconds} s before`, TIMEOUT_SECONDS, reached);
  }
  await until("stopped", TIMEOUT_SECONDS, ({ status }) => status === "stopped");
  // By the streamer's own clock, to the moment: asking takes longer.
  const told = /^(\S+) is told to stop/m.exec(streamer.said())?.[1] ?? "";
  const late = (Date.parse(told) - Date.parse(armed.auto_end.deadline)) / 1_000;
  if (!(Math.abs(late) <= LATE_SECONDS)) throw new Error(`told to stop ${late.toFixed(1)} s after the deadline`);
  const code = await Promise.race([streamer.ended, sleep(15_000)]);
  if (code !== 0) throw new Error(`the streamer ended with ${code}`);
  for (const words of ["is told to stop: no_listeners", "acknowledged"]) {
    if (!streamer.said().includes(words)) throw new Error(`the streamer did not say “${words}”`);
  }
  console.log(`ok    ended ${late.toFixed(1)} s after the deadline, obeyed and acknowledged`);
}

if (token === "") {
  console.error(
    "DOZOR_TOKEN is not set: make an API token of the scopes read and streams:write (Profile, API tokens).",
  );
  process.exit(1);
}
const streamer = startStreamer();
try {
  await run(streamer);
  await ask("DELETE", "");
} catch (error) {
  console.error(`FAIL  ${error.message}`);
  console.error(streamer.said());
  streamer.kill();
  await ask("DELETE", "").catch(() => {});
  process.exitCode = 1;
}
