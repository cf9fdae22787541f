import { describe, expect, it } from "vitest";
import type { LogEntry } from "@/lib/syslog/schema";
import { isFiltered, logParameters, logsHref, MOST_ROWS, parseLogQuery, WHOLE_LOG, withNewer } from "./log-query";

const entry = (id: number): LogEntry => ({
  ...{ id, timestamp: "2026-03-01T10:00:00.000Z", level: "info", source: "collector" },
  ...{ server: null, message: `entry ${id}`, details: {} },
});
const ids = (rows: readonly LogEntry[]) => rows.map(({ id }) => id);

describe("the address", () => {
  it("keeps every filter, and is read as it was written", () => {
    const query = parseLogQuery({
      ...{ level: "warning,error", source: "collector", server: "shop", search: " 100% ", before: "77" },
      ...{ date_from: "2026-03-01", date_to: "2026-03-02", tz: "Europe/Berlin" },
    });
    expect(query).toMatchObject({ levels: ["error", "warning"], search: "100%", before: 77 });
    expect(parseLogQuery(Object.fromEntries(logParameters(query)))).toEqual(query);
    expect(logsHref(query, { levels: [] })).not.toContain("before");
    expect(isFiltered(query)).toBe(true);
  });

  it("takes nonsense for nothing", () => {
    const odd = {
      level: "loud",
      date_from: "2026-99-99",
      tz: "Mars/One",
      before: "-1",
      search: "\0",
      server: ["", "b"],
    };
    expect(parseLogQuery(odd)).toEqual(WHOLE_LOG);
    expect(logsHref(WHOLE_LOG)).toBe("/admin/logs");
  });
});

describe("what comes in", () => {
  it("stands on top, each once, also when it came late", () => {
    const shown = withNewer([entry(5), entry(3)], [entry(6), entry(5), entry(4)], true);
    expect(ids(shown)).toEqual([6, 5, 4, 3]);
    expect(ids(withNewer(shown, [entry(6)], true))).toEqual([6, 5, 4, 3]);
  });

  it("leaves no hole: when more came than was answered, the list begins anew", () => {
    expect(ids(withNewer([entry(5), entry(3)], [entry(9), entry(8)], false))).toEqual([9, 8]);
  });

  it("never grows beyond what a page can hold", () => {
    const many = Array.from({ length: MOST_ROWS }, (_, at) => entry(at + 1)).reverse();
    const shown = withNewer(many, [entry(MOST_ROWS + 1)], true);
    expect(shown).toHaveLength(MOST_ROWS);
    expect(shown[0]?.id).toBe(MOST_ROWS + 1);
  });
});
