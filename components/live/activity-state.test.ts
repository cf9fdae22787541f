import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ActivityEvent } from "@/lib/activity/schema";
import { type ActivityState, merge, NO_ACTIVITY, withActivity } from "./activity-state";

const event = (id: number, email: string | null = null): ActivityEvent => ({
  id,
  type: "server_up",
  severity: "info",
  message: `${id}`,
  user_email: email,
  actor: null,
  target: null,
  details: {},
  created_at: "2026-01-01T00:00:00.000Z",
});
const events = (...ids: number[]) => ids.map((id) => event(id));
const ids = ({ events: list }: Pick<ActivityState, "events">) => list.map(({ id }) => id);
const told = (...changes: { events: ActivityEvent[]; newest: boolean }[]) => changes.reduce(withActivity, NO_ACTIVITY);

describe("withActivity", () => {
  it("is whole from the newest on, and puts late ones into their place", () => {
    expect(told({ events: events(9), newest: false }).whole).toBe(false);
    const state = told(
      { events: events(5, 3), newest: true },
      { events: events(6), newest: false },
      { events: events(4), newest: false },
      { events: events(6), newest: false },
    );
    expect(ids(state)).toEqual([6, 5, 4, 3]);
    expect(state.whole).toBe(true);
  });

  it("keeps what is known where the newest reach down to it, else begins anew: no gap is hidden", () => {
    const known = { events: events(5, 4, 3, 2, 1), newest: true };
    expect(ids(told(known, { events: events(7, 6, 5), newest: true }))).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(ids(told(known, { events: events(19, 18, 17), newest: true }))).toEqual([19, 18, 17]);
    expect(ids(told(known, { events: [], newest: true }))).toEqual([]);
  });

  it("holds every event that was told since, whatever their order, newest first", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 150 })), (order) => {
        const state = told(
          { events: [], newest: true },
          ...order.map((id) => ({ events: [event(id)], newest: false })),
        );
        expect(ids(state)).toEqual([...order].sort((a, b) => b - a));
      }),
    );
  });

  it("does not grow without end", () => {
    const many = Array.from({ length: 1_000 }, (_, id) => ({ events: [event(id)], newest: false }));
    expect(told(...many).events).toHaveLength(200);
  });
});

describe("merge", () => {
  it("keeps an e-mail that one of the forms shows", () => {
    const own = event(1, "vera@example.net");
    expect(merge([own], [event(1)])).toEqual([own]);
    expect(merge([event(1)], [own])).toEqual([own]);
  });
});
