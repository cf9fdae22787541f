import { expect, it } from "vitest";
import { pictureCsv } from "./csv";
import type { DrawnLine } from "./picture";

const line = (label: string, values: (number | null)[]): DrawnLine => ({
  line: { key: label, label, color: "red", of: [] },
  values,
  top: values,
  floor: null,
  band: null,
  maxGap: 1,
});

it("writes times in UTC, quotes what must be quoted and leaves unknown values empty", () => {
  const csv = pictureCsv({ ts: [0, 60], lines: [line("User", [1.5, null]), line('a "b", c', [2, 3])] }, "percent");
  expect(csv).toBe(
    'time,User (percent),"a ""b"", c (percent)"\r\n1970-01-01T00:00:00.000Z,1.5,2\r\n1970-01-01T00:01:00.000Z,,3\r\n',
  );
});
