import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { type Actor, systemActor } from "../users/permissions";
import { type ActivityEntry, appendActivity } from "./append";
import { listActivity, readAbout, readEvents } from "./queries";
import { type ActivityEvent, activityPageSchema } from "./schema";

useDatabase();

const person = (role: Actor["role"], email: string | null = null): Actor => ({
  ...systemActor(),
  kind: "user",
  login: email?.split("@")[0] ?? role,
  email,
  role,
});
const admin = person("admin", "ada@example.net");
const viewer = person("viewer", "Vera@Example.net");

const EVENT: ActivityEntry = { type: "system_warning", severity: "warning", message: "Something happened" };
const append = (entry: Partial<ActivityEntry> = {}) => appendActivity(prisma(), { ...EVENT, ...entry });
const messages = ({ events }: { events: ActivityEvent[] }) => events.map(({ message }) => message);
const found = async (actor: Actor, search: string) =>
  messages(await listActivity(actor, { limit: 100, search })).sort();

beforeEach(() => pool().query("TRUNCATE activity_events"));

describe("appendActivity", () => {
  it("cuts long messages, leaves out large details, and takes the actor's e-mail out of both", async () => {
    const actor = { login: "vera", email: "vera@example.net" };
    await append({ message: "д".repeat(600), details: { blob: "x".repeat(17_000) } });
    await append({ actor, message: "vera@example.net was here", details: { by: "vera@example.net", "q\"'": 1 } });
    const { events } = await listActivity(admin, { limit: 10 });
    expect(events[1]?.message).toBe("д".repeat(500));
    expect(events[1]?.details).toEqual({ note: "The details were too large", omitted_bytes: 17_011 });
    expect(events[0]).toMatchObject({
      message: "vera was here",
      details: { by: "vera", "q\"'": 1 },
      user_email: "vera@example.net",
      actor: "vera",
    });
  });

  it("tells nothing of a transaction that is taken back", async () => {
    await expect(
      prisma().$transaction(async (transaction) => {
        await appendActivity(transaction, EVENT);
        throw new Error("taken back");
      }),
    ).rejects.toThrow("taken back");
    expect((await listActivity(admin, { limit: 1 })).total).toBe(0);
  });
});

describe("listActivity", () => {
  it("answers what its schema says, newest first, page by page", async () => {
    for (const number of [1, 2, 3, 4, 5])
      await append({ message: `event ${number}`, target: { kind: "server", id: "7", name: "orders" } });
    const first = await listActivity(viewer, { limit: 2 });
    expect(activityPageSchema.parse(first)).toEqual(first);
    expect(messages(first)).toEqual(["event 5", "event 4"]);
    expect(first.events[0]?.target).toEqual({ kind: "server", id: "7", name: "orders" });
    expect(first.total).toBe(5);
    const second = await listActivity(viewer, { limit: 2, before: first.next });
    expect(messages(second)).toEqual(["event 3", "event 2"]);
    const last = await listActivity(viewer, { limit: 2, before: second.next });
    expect(messages(last)).toEqual(["event 1"]);
    expect(last.next).toBeNull();
    expect(messages(await listActivity(viewer, { limit: 2, offset: 3 }))).toEqual(["event 2", "event 1"]);
    expect((await listActivity(viewer, { limit: 5 })).next).toBeNull();
  });

  it("filters by type, severity and time", async () => {
    await append({ type: "server_down", severity: "error", message: "down" });
    await append({ type: "server_up", severity: "info", message: "up" });
    await append({ type: "user_login", severity: "info", message: "in" });
    await pool().query("UPDATE activity_events SET created_at = '2026-03-01T10:00:00Z' WHERE message = 'down'");
    const only = async (filter: object) => messages(await listActivity(viewer, { limit: 10, ...filter }));
    expect(await only({ types: ["server_down", "server_up"] })).toEqual(["up", "down"]);
    expect(await only({ severities: ["info"] })).toEqual(["in", "up"]);
    expect(await only({ types: ["server_up"], severities: ["error"] })).toEqual([]);
    const at = new Date("2026-03-01T10:00:00Z");
    expect(await only({ to: at })).toEqual([]);
    expect(await only({ to: new Date(at.getTime() + 1) })).toEqual(["down"]);
    expect(await only({ from: at })).toEqual(["in", "up", "down"]);
    expect(await only({ from: new Date(at.getTime() + 1) })).toEqual(["in", "up"]);
  });

  it("is for who is signed in only", async () => {
    await expect(listActivity(null, { limit: 1 })).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(readEvents(null, { newest: 1 })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("readAbout", () => {
  it("finds what happened to one server in a time, and what happened to all", async () => {
    const server = (id: string) => ({ kind: "server", id, name: `s${id}` });
    await append({ message: "too early", target: server("7") });
    await pool().query("UPDATE activity_events SET created_at = now() - interval '2 hours'");
    await append({ message: "down", target: server("7") });
    await append({ message: "another's", target: server("8") });
    await append({ message: "a user with that number", target: { kind: "user", id: "7", name: "vera" } });
    await append({ message: "lost", type: "samples_lost" });
    await append({ message: "about nothing" });
    const hour = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 3_600_000) };
    const about = await readAbout(viewer, { target: server("7"), ...hour });
    expect(about.map(({ message }) => message)).toEqual(["lost", "down"]);
    await expect(readAbout(null, { target: server("7"), ...hour })).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("search", () => {
  it("takes %, _ and \\ for what they are, in any case, also in names of targets", async () => {
    await append({ message: "disk at 100% on a_b" });
    await append({ message: "disk at 1000 on aXb" });
    await append({ message: "path C:\\temp" });
    await append({ message: "about a server", target: { kind: "server", id: "1", name: "Заказы_01" } });
    expect(await found(viewer, "100%")).toEqual(["disk at 100% on a_b"]);
    expect(await found(viewer, "A_B")).toEqual(["disk at 100% on a_b"]);
    expect(await found(viewer, "%")).toEqual(["disk at 100% on a_b"]);
    expect(await found(viewer, "\\")).toEqual(["path C:\\temp"]);
    expect(await found(viewer, "заказы_")).toEqual(["about a server"]);
    expect(await found(viewer, "disk")).toHaveLength(2);
  });

  it("finds any text by itself, and no other text that does not hold it", async () => {
    const letters = fc.string({
      unit: fc.constantFrom("%", "_", "\\", "a", "B", "'", " ", "ы"),
      minLength: 1,
      maxLength: 5,
    });
    const other = "-%a_b\\c'd ы-";
    await append({ message: other });
    await fc.assert(
      fc.asyncProperty(letters, async (text) => {
        await pool().query("DELETE FROM activity_events WHERE message <> $1", [other]);
        await append({ message: `<${text}>` });
        const expected = [`<${text}>`, ...(other.toLowerCase().includes(text.toLowerCase()) ? [other] : [])];
        expect(await found(viewer, text)).toEqual(expected.sort());
      }),
      { numRuns: 60 },
    );
  });
});

describe("e-mails", () => {
  it("are shown to administrators and to their owner, and found by nobody else", async () => {
    await append({ message: "by vera", actor: { login: "vera", email: "vera@example.net" } });
    await append({ message: "by oleg", actor: { login: "oleg", email: "oleg@example.net" } });
    const emails = async (actor: Actor) =>
      (await listActivity(actor, { limit: 10 })).events.map((one) => one.user_email);
    expect(await emails(admin)).toEqual(["oleg@example.net", "vera@example.net"]);
    expect(await emails(viewer)).toEqual([null, "vera@example.net"]);
    expect(await emails(person("operator"))).toEqual([null, null]);
    expect(await found(admin, "example.net")).toEqual(["by oleg", "by vera"]);
    expect(await found(viewer, "example.net")).toEqual(["by vera"]);
    expect(await found(viewer, "oleg@")).toEqual([]);
    expect(await found(person("operator"), "@")).toEqual([]);
    const { total } = await listActivity(person("operator"), { limit: 1, search: "oleg@example.net" });
    expect(total).toBe(0);
  });

  it("are not shown to a token of an administrator that may only read", async () => {
    await append({ actor: { login: "oleg", email: "oleg@example.net" } });
    const token: Actor = { ...admin, tokenId: "t", scopes: ["read"] };
    expect((await listActivity(token, { limit: 1 })).events[0]?.user_email).toBeNull();
  });
});
