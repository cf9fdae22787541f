// Servers that keep to the protocol and mean harm: they pour out words, widen rows, and put into texts what no text holds.
import type net from "node:net";
import { afterEach, expect, it } from "vitest";
import { postgresTestSchema } from "../../lib/fleet/test-schema";
import { checkTarget } from "../../lib/postgres/check";
import { connectTarget, type TargetOptions } from "../../lib/postgres/connect";
import { eventually, failureOf, message, startPeer, withTarget } from "./support/peers";

const peers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(peers.splice(0).map((started) => started.stop()));
});

const READY = message("Z", Buffer.from("I"));
const SIGNED_IN = Buffer.concat([message("R", Buffer.alloc(4)), message("K", Buffer.alloc(8)), READY]);

function int(value: number, bytes: 2 | 4): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** Columns of type text by their names. */
const described = (names: readonly string[]) =>
  message("T", Buffer.concat([int(names.length, 2), ...names.flatMap((name) => [Buffer.from(`${name}\0`), COLUMN])]));
const COLUMN = Buffer.concat([Buffer.alloc(6), int(25, 4), Buffer.alloc(8)]);
const rowOf = (values: readonly Buffer[]) =>
  message("D", Buffer.concat([int(values.length, 2), ...values.flatMap((value) => [int(value.length, 4), value])]));
const answered = (...parts: Buffer[]) =>
  Buffer.concat([message("1"), message("2"), ...parts, message("C", Buffer.from("SELECT 1\0")), READY]);
/** To the question with which each connection begins. */
const SETTINGS = answered(described(["version_number", "own"]), rowOf([Buffer.from("180000"), Buffer.from("t")]));

/** A server that lets everybody in, and does `answer` with each message after the first. */
async function peer(answer: (socket: net.Socket) => unknown): Promise<TargetOptions> {
  const started = await startPeer((socket) => {
    let asked = 0;
    socket.on("data", () => {
      if (asked++ === 0) socket.write(SIGNED_IN);
      else answer(socket);
    });
  });
  peers.push(started);
  return { host: "127.0.0.1", port: started.port, user: "a", password: "b", database: "c", sslmode: "disable" };
}

it("one that pours out notices between questions is let go", async () => {
  const notice = message("N", Buffer.from(`SX\0M${"y".repeat(60_000)}\0\0`));
  const options = await peer((socket) => {
    socket.write(SETTINGS);
    for (let i = 0; i < 400; i++) socket.write(Buffer.concat([notice, READY]));
  });
  const session = await connectTarget(options);
  await eventually(async () => !session.open);
  await session.close();
});

it("rows of thousands of columns are refused before they fill the memory", async () => {
  const columns = Array.from({ length: 8_000 }, (_, i) => `c${i}`);
  const rows = Buffer.concat(Array(100_000).fill(rowOf([])));
  const failure = await failureOf(
    connectTarget(await peer((socket) => socket.write(answered(described(columns), rows)))),
  );
  expect(failure.code).toBe("protocol");
});

it("texts hold nothing that our database refuses, and are short", async () => {
  const text = Buffer.from(`a\0b${"c".repeat(20_000)}`);
  const options = await peer((socket) => socket.write(answered(described(["own"]), rowOf([text]))));
  await withTarget(options, async (session) => {
    expect(await session.query("SELECT 1")).toEqual([{ own: `ab${"c".repeat(16_381)}` }]);
  });
});

it("a test tells of it in its own form, whatever it says", async () => {
  const names = ["version_number", "own", "version", "in_recovery", "max", "databases", "active", "idle"];
  const intervals = { collect_interval: 15, size_update_interval: 1_800, db_check_interval: 1_800 };
  for (const word of ["NaN", "Infinity", "-1", "1e300", "1.5", "t", "\u202e<script>", "x".repeat(5_000)]) {
    const nonsense = answered(described(names), rowOf(names.map(() => Buffer.from(word))));
    let settings = true;
    const options = await peer((socket) => {
      socket.write(settings ? SETTINGS : nonsense);
      settings = false;
    });
    const check = await checkTarget(options, intervals);
    expect([word, postgresTestSchema.safeParse(JSON.parse(JSON.stringify(check))).error]).toEqual([word, undefined]);
    expect(check.version?.length ?? 0).toBeLessThanOrEqual(64);
    expect(check.message.length).toBeLessThan(1_000);
  }
});
