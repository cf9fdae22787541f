#!/usr/bin/env node
// A small streamer that reports to Dozor, as a lesson in its protocol: plays a list, tells what it does, and obeys a stop.
//
//   DOZOR_URL=http://127.0.0.1:3000 DOZOR_TOKEN=… node examples/streamer.mjs [channel id] [title:seconds …]
//
// The token needs the scope `streams:write` (Profile, API tokens). Type a number and Enter: so many people listen now.
// Nothing is really sent anywhere: put your player where `play` waits.
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";

const BASE = (process.env.DOZOR_URL ?? "http://127.0.0.1:3000").replace(/\/$/, "");
const TOKEN = process.env.DOZOR_TOKEN ?? "";
const [CHANNEL = "-1001774120", ...LIST] = process.argv.slice(2);
/** The queue: what is not played yet. Played tracks go to its end. */
const queue = (LIST.length > 0 ? LIST : ["Late Ferry:40", "Window Seat:35", "Slow Rotation:45"]).map((text, index) => {
  const [title, seconds] = text.split(/:(?=\d+$)/);
  return { id: String(index + 1), title, duration_s: Number(seconds ?? 60) };
});

/** A channel that is silent for 90 s is shown as unknown: tell every 30 s that you are there. Any event does. */
const HEARTBEAT_MS = 30_000;
/** Seconds that a question for commands may wait for one. */
const WAIT_SECONDS = 30;
/** How long to wait after a failure: doubled each time, up to the second number. */
const RETRY_MS = [1_000, 30_000];

const say = (text) => process.stdout.write(`${new Date().toISOString()} ${text}\n`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks Dozor. The id may hold anything visible, slashes too: encode it. */
function ask(method, path, { body, seconds = 10 } = {}) {
  return fetch(`${BASE}/api/streams/${encodeURIComponent(CHANNEL)}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(1_000 * seconds),
  });
}

// --- Reporting: events wait here until Dozor has them, in their order. -----------------------------------------------

let waiting = [];
let sending;

/**
 * Reports an event. `ts` says when it happened, however late it arrives. `event_id` makes it safe to send twice: an answer
 * that was lost costs nothing.
 */
function report(event, fields = {}) {
  waiting.push({ event, ...fields, ts: new Date().toISOString(), event_id: randomUUID() });
  flush();
}

function flush() {
  sending ??= send().finally(() => {
    sending = undefined;
    if (waiting.length > 0) flush();
  });
  return sending;
}

async function send() {
  for (let pause = RETRY_MS[0]; waiting.length > 0; ) {
    // At most 500 in one request; what happens meanwhile goes with the next one.
    const events = waiting.slice(0, 500);
    const answer = await ask("POST", "/events", { body: { events } }).catch((error) => error);
    if (answer.status === 202) {
      waiting = waiting.slice(events.length);
      pause = RETRY_MS[0];
    } else if (answer.status === 422) {
      // Some were wrong: the answer names them, the others were taken. To send them again would not mend them.
      say(`refused: ${await answer.text()}`);
      waiting = waiting.slice(events.length);
    } else if (isFinal(answer.status)) {
      return giveUp(`not accepted: ${answer.status} ${await answer.text()}`);
    } else {
      say(`not reported (${answer.status ?? answer.message}), again in ${pause / 1_000} s`);
      await sleep(pause);
      pause = Math.min(2 * pause, RETRY_MS[1]);
    }
  }
}

/** What another attempt would not change; 429 asks for patience. */
const isFinal = (status) => status >= 400 && status < 500 && status !== 408 && status !== 429;

// --- Playing. --------------------------------------------------------------------------------------------------------

let stopped;
const stopping = new Promise((resolve) => {
  stopped = resolve;
});

async function play() {
  report("started");
  report("listeners", { count: listeners });
  for (let reason; reason === undefined; ) {
    const track = queue.shift();
    queue.push(track);
    say(`plays ${track.title}`);
    report("track_changed", { track });
    report("queue", { size: queue.length });
    reason = await Promise.race([sleep(1_000 * track.duration_s), stopping]);
  }
}

// --- Listeners: here a person says how many there are; yours are counted, without the streamer itself. ---------------

let listeners = 0;

createInterface({ input: process.stdin }).on("line", (line) => {
  const count = Number.parseInt(line, 10);
  if (!(count >= 0)) return;
  listeners = count;
  report("listeners", { count });
  say(`${count} listen`);
});

// --- Commands: Dozor asks a channel to stop, for instance when nobody has listened for a while. ----------------------

async function obey() {
  for (let pause = RETRY_MS[0]; ; ) {
    // The question waits at Dozor until there is a command, or the time is over.
    const question = ask("GET", `/commands?wait=${WAIT_SECONDS}`, { seconds: WAIT_SECONDS + 10 });
    const answer = await question.catch((error) => error);
    if (!answer.ok) {
      if (isFinal(answer.status)) return giveUp(`not accepted: ${answer.status} ${await answer.text()}`);
      await sleep(pause);
      pause = Math.min(2 * pause, RETRY_MS[1]);
      continue;
    }
    pause = RETRY_MS[0];
    const { commands } = await answer.json();
    for (const { id, command, reason } of commands) {
      if (command !== "stop") continue;
      say(`is told to stop: ${reason}`);
      // A command comes again until it is acknowledged: do it first, so that a crash in between loses nothing.
      await stop(reason);
      await ask("POST", `/commands/${id}/ack`).catch(() => {});
      say(`acknowledged ${id}`);
      return process.exit(0);
    }
  }
}

/** The last report: that it stopped, and why. Dozor takes the stop as confirmed by it. */
async function stop(reason) {
  stopped(reason);
  report("stopped", { reason });
  await flush();
  say("stopped");
}

function giveUp(why) {
  say(why);
  process.exit(1);
}

if (TOKEN === "") giveUp("DOZOR_TOKEN is not set");
// A count is as good as a heartbeat, and after a silence nobody knows how many listen until it is told again.
setInterval(() => report("listeners", { count: listeners }), HEARTBEAT_MS);
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => void stop("streamer_ended").then(() => process.exit(0)));
void play();
void obey();
