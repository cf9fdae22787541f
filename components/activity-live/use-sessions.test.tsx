// @vitest-environment jsdom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { answer, session } from "./session.fixture";
import { useSessions } from "./use-sessions";

let respond: (path: string) => Promise<Response> | Response;
const asked: string[] = [];
let hidden = false;

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  hidden = false;
  respond = () => Response.json(answer([session(1)], { ts: new Date().toISOString() }));
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return respond(path);
  });
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const look = (yes: boolean) => {
  hidden = !yes;
  return act(async () => document.dispatchEvent(new Event("visibilitychange")));
};
const use = (every: 0 | 1 | 2 | 5 | 10) =>
  renderHook((at: { every: typeof every }) => useSessions("orders/1", at.every), { initialProps: { every } });

it("asks at once, then in its interval, and at once in another", async () => {
  const { result, rerender } = use(2);
  await pass(0);
  expect(asked).toEqual(["/api/live/sessions?server=orders%2F1&every=2"]);
  expect(result.current.rows).toHaveLength(1);
  await pass(4_100);
  expect(asked).toHaveLength(3);
  rerender({ every: 10 });
  await pass(9_000);
  expect(asked.slice(3)).toEqual(["/api/live/sessions?server=orders%2F1&every=10"]);
});

it("asks one question at a time, and the next at once after a slow one", async () => {
  let done = (_: Response) => {};
  respond = () => new Promise<Response>((resolve) => (done = resolve));
  use(1);
  await pass(5_000);
  await look(true);
  expect(asked).toHaveLength(1);
  done(Response.json(answer([])));
  await pass(10);
  expect(asked).toHaveLength(2);
});

it("asks nothing while nobody looks, and at once when somebody does", async () => {
  use(1);
  await pass(0);
  await look(false);
  await pass(30_000);
  expect(asked).toHaveLength(1);
  await look(true);
  expect(asked).toHaveLength(2);
});

it("asks more and more seldom while it fails", async () => {
  respond = () => new Response("", { status: 503 });
  const { result } = use(1);
  await pass(100);
  expect(result.current.failure).toBe("failed");
  await pass(13_000);
  // At 0, 2, 6 and 14 s.
  expect(asked).toHaveLength(3);
  await pass(2_000);
  expect(asked).toHaveLength(4);
});

it.each([
  [401, "refused"],
  [403, "refused"],
  [404, "gone"],
] as const)("asks no more after %i", async (status, failure) => {
  respond = () => new Response("", { status });
  const { result } = use(1);
  await pass(60_000);
  await look(true);
  expect(result.current.failure).toBe(failure);
  expect(asked).toHaveLength(1);
});

it("asks once for something to show when it begins paused, and not at all when it comes to be", async () => {
  const { rerender } = use(0);
  await pass(30_000);
  expect(asked).toHaveLength(1);
  rerender({ every: 1 });
  await pass(100);
  expect(asked).toHaveLength(2);
  rerender({ every: 0 });
  await pass(30_000);
  expect(asked).toHaveLength(2);
});

it("is silent once the page is left", async () => {
  const { unmount } = use(1);
  await pass(0);
  unmount();
  await pass(10_000);
  expect(asked).toHaveLength(1);
});
