import { beforeAll, describe, expect, it } from "vitest";
import { analysisSchema } from "@/lib/fleet/analysis-schema";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { serverWith } from "@/tests/support/database-history";
import { signedIn } from "@/tests/support/users";
import { GET as GET_CRITERIA, PUT as PUT_CRITERIA } from "../../../analysis/criteria/route";
import { GET } from "./route";

withDatabase();

/** Names that mean something to a spreadsheet, to CSV or to SQL. */
const HOSTILE = [
  "=1+1",
  "+1",
  "-1",
  "@SUM(A1)",
  "\tx",
  "\rx",
  '=HYPERLINK("http://x","y")',
  'a,"b"',
  "магазин",
  '"; drop table x; --',
];

let server = "";
let viewer: Record<string, string>;
let operator: Record<string, string>;
const get = (query = "", headers = viewer, name = server) =>
  GET(new Request(`http://localhost:3000/api/server/${encodeURIComponent(name)}/analysis${query}`, { headers }), {
    params: Promise.resolve({ name }),
  });

beforeAll(async () => {
  viewer = (await signedIn({ role: "viewer", kind: "bearer" })).headers;
  operator = (await signedIn({ role: "operator", kind: "bearer" })).headers;
  const now = Date.now();
  const readings = [20_000, 10_000].map((ago) => ({ ts: now - ago, clients: 1, sessions: 5, rows_written: 0 }));
  server = (await serverWith({ databases: HOSTILE.map((name) => ({ name, readings })) })).name;
});

/** The cells of a line as RFC 4180 has them. */
const cellsOf = (line: string) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain,
  );

describe("/api/server/{name}/analysis", () => {
  it("gives each database with its verdict, and the criteria", async () => {
    const response = await get();
    expect(response.status).toBe(200);
    const found = analysisSchema.parse(await response.json());
    expect(found).toMatchObject({ server, criteria: { static_days: 30, inactive_days: 30, low_connections: 2 } });
    expect(found.databases.map(({ name }) => name).toSorted()).toEqual(HOSTILE.toSorted());
    expect(found.databases[0]).toMatchObject({
      verdict: "insufficient",
      reason: { code: "short_history", needed: 30 },
    });
    expect(found.summary.insufficient.count).toBe(HOSTILE.length);
    expect((await get("", {})).status).toBe(401);
    expect((await get("", viewer, "no such")).status).toBe(404);
    expect((await get("?format=xls")).status).toBe(422);
  });

  it("gives a file in UTF-8 that no spreadsheet runs, also where cells are quoted", async () => {
    const response = await get("?format=csv");
    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(response.headers.get("content-disposition")).toContain('filename="databases.csv"');
    const bytes = new Uint8Array(await response.arrayBuffer());
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, ...lines] = new TextDecoder().decode(bytes).split("\r\n");
    expect(head?.split(",").slice(0, 3)).toEqual(["name", "verdict", "explanation"]);
    const names = lines.filter((line) => line !== "").map((line) => cellsOf(line)[0] ?? "");
    for (const name of names) expect(name).not.toMatch(/^[=+\-@\t\r]/);
    expect(names.map((name) => name.replace(/^'/, "")).toSorted()).toEqual(HOSTILE.toSorted());
  });
});

describe("/api/analysis/criteria", () => {
  const url = "http://localhost:3000/api/analysis/criteria";
  const put = (headers: Record<string, string>, body: unknown) =>
    PUT_CRITERIA(
      new Request(url, {
        method: "PUT",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  const read = async () => (await GET_CRITERIA(new Request(url, { headers: viewer }))).json();

  it("are read by all, changed by operators, and hold for the next analysis", async () => {
    const wanted = { static_days: 7, inactive_days: 14, low_connections: 3 };
    expect((await put(viewer, wanted)).status).toBe(403);
    const refused = await put(operator, { ...wanted, static_days: 91 });
    expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
      422,
      expect.stringContaining("static_days"),
    ]);
    expect((await put(operator, wanted)).status).toBe(200);
    expect(await read()).toEqual(wanted);
    expect(await (await get()).json()).toMatchObject({ criteria: wanted });
  });
});
