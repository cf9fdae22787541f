import fc from "fast-check";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { type ConnectionParts, parseConnectionString } from "./connection-string";
import { SSL_MODES } from "./ssl-modes";

describe("parseConnectionString", () => {
  it.each<[string, ConnectionParts, string[]?]>([
    [
      "postgresql://ann:pa%20ss@db1.example:6432/shop?sslmode=verify-full",
      { host: "db1.example", port: 6432, user: "ann", password: "pa ss", database: "shop", sslmode: "verify-full" },
    ],
    ["postgres://db1", { host: "db1" }],
    ["postgresql://", {}],
    ["postgresql:///shop", { database: "shop" }],
    ["postgresql://ann@/shop", { user: "ann", database: "shop" }],
    ["postgresql://db1:/shop", { host: "db1", database: "shop" }],
    ["postgresql://[2001:db8::1]:5433/shop", { host: "2001:db8::1", port: 5433, database: "shop" }],
    ["postgresql://[fe80::1%25eth0]/", { host: "fe80::1%eth0" }],
    [
      "postgresql:///shop?host=/var/run/postgresql&port=5433",
      { host: "/var/run/postgresql", port: 5433, database: "shop" },
    ],
    ["postgresql://%2Fvar%2Frun/shop", { host: "/var/run", database: "shop" }],
    [
      "postgresql://one/a?host=two&dbname=b&user=u&password=p",
      { host: "two", database: "b", user: "u", password: "p" },
    ],
    ["postgresql://ann:p@ss:word@db1/shop", { host: "db1", user: "ann", password: "p@ss:word", database: "shop" }],
    ["postgresql://ann:a#b@db1/shop", { host: "db1", user: "ann", password: "a#b", database: "shop" }],
    ["postgresql://db1/a%2Fb%20100%25", { host: "db1", database: "a/b 100%" }],
    ["postgresql://db1/?application_name=x&sslrootcert=y", { host: "db1" }, ["application_name", "sslrootcert"]],
    ["postgresql://db1?ssl=true", { host: "db1", sslmode: "require" }],
    ["postgresql+psycopg2://ann:p@db1/shop", { host: "db1", user: "ann", password: "p", database: "shop" }],
    ["POSTGRES+asyncpg://db1/shop", { host: "db1", database: "shop" }],
    [
      "jdbc:postgresql://db1:5433/shop?user=ann&password=a%26b&ssl=true&ApplicationName=x",
      { host: "db1", port: 5433, user: "ann", password: "a&b", database: "shop", sslmode: "verify-full" },
      ["ApplicationName"],
    ],
    ["jdbc:postgresql:shop", { database: "shop" }],
    ["jdbc:postgresql:/", {}],
    ["jdbc:postgresql://[::1]/shop", { host: "::1", database: "shop" }],
    ["  host=db1 port = 5433\n user=ann  dbname=shop ", { host: "db1", port: 5433, user: "ann", database: "shop" }],
    ["user='an n' password='it\\'s \\\\ ok' host=db1", { host: "db1", user: "an n", password: "it's \\ ok" }],
    ["password=a\\ b user=''", { password: "a b" }],
    ["host=one host=two", { host: "two" }],
    ["hostaddr=10.0.0.1 dbname=shop", { host: "10.0.0.1", database: "shop" }],
    ["host=db1 hostaddr=10.0.0.1", { host: "db1" }, ["hostaddr"]],
    ["host=/tmp sslmode=disable options='-c x=1'", { host: "/tmp", sslmode: "disable" }, ["options"]],
  ])("%s", (text, value, ignored = []) => {
    expect(parseConnectionString(text)).toEqual({ ok: true, value, ignored });
  });

  it.each([
    ["", "Paste"],
    ["   ", "Paste"],
    ["db1", "neither a URI"],
    ["mysql://db1/shop", "neither a URI"],
    ["host=db1 secret", "neither a URI"],
    ["host='db1", "closing quote"],
    ["host='db1'port=1", "A space must follow"],
    ["postgresql://one,two/shop", "several hosts"],
    ["host=one,two", "several hosts"],
    ["postgresql://db1:99999/", "port must be"],
    ["postgresql://db1:secret/", "port must be"],
    ["host=db1 port=-1", "port must be"],
    ["postgresql://ann:sec%zzret@db1/", "hexadecimal"],
    ["postgresql://ann:%00@db1/", "%00"],
    ["postgresql://db1/?sslmode", "lacks its ="],
    ["postgresql://db1/?sslmode=secret", "one of disable"],
    ["postgresql://[::1/shop", "brackets"],
    [`host=${"x".repeat(9_000)}`, "at most"],
    ["host=a\0b", "NUL"],
  ])("refuses %j", (text, words) => {
    const parsed = parseConnectionString(text);
    expect(parsed).toEqual({ ok: false, message: expect.stringContaining(words) });
    expect(parsed).not.toMatchObject({ message: expect.stringContaining("secret") });
  });
});

const word = fc.string({ unit: "binary", minLength: 1, maxLength: 24 }).filter((text) => !text.includes("\0"));
const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
const host = fc.oneof(
  fc.array(label, { minLength: 1, maxLength: 3 }).map((labels) => labels.join(".")),
  fc.ipV4(),
  fc.ipV6(),
);
const parts = fc.record({
  host,
  port: fc.integer({ min: 1, max: 65_535 }),
  user: word,
  password: word,
  database: word,
  sslmode: fc.constantFrom(...SSL_MODES),
});

describe("properties", () => {
  it("never throws, and says something of any text", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(
        ..."postgresql:// jdbc:postgresql: @ : / ? & = ' \\ % %41 %00 [ ] , host= port= sslmode= 5432 #".split(" "),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const parsed = parseConnectionString(pieces.join(""));
        return parsed.ok ? Array.isArray(parsed.ignored) : parsed.message.length > 0;
      }),
      { numRuns: 3_000 },
    );
  });

  it("a URI says what was put into it, to node-postgres as well", () => {
    fc.assert(
      fc.property(parts, (value) => {
        const [user, password, database] = [value.user, value.password, value.database].map(encodeURIComponent);
        const place = value.host.includes(":") ? `[${value.host}]` : value.host;
        const uri = `postgresql://${user}:${password}@${place}:${value.port}/${database}`;
        const parsed = parseConnectionString(`${uri}?sslmode=${value.sslmode}`);
        expect(parsed).toEqual({ ok: true, value, ignored: [] });
        const theirs = new pg.Client({ connectionString: uri });
        const { host: theirHost, ...others } = value;
        expect(theirs).toMatchObject({ port: others.port, user: others.user, password: others.password });
        expect(theirs.database).toBe(others.database);
        // It keeps the brackets of an IPv6 address and spells it its own way.
        if (!theirHost.includes(":")) expect(theirs.host).toBe(theirHost);
      }),
      { numRuns: 500 },
    );
  });

  it("key=value says what was put into it, quoted or escaped", () => {
    const quoted = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
    const escaped = (text: string) => text.replace(/[\s\\']/g, "\\$&");
    fc.assert(
      fc.property(parts, fc.boolean(), fc.constantFrom(" ", "  ", "\n", "\t"), (value, quote, gap) => {
        const { database, ...others } = value;
        const text = Object.entries({ ...others, dbname: database })
          .map(([key, part]) => `${key}${quote ? " = " : "="}${(quote ? quoted : escaped)(String(part))}`)
          .join(gap);
        // A last value that ends with an escaped space would lose it to trimming.
        expect(parseConnectionString(`${text}${gap}connect_timeout=3`)).toEqual({
          ok: true,
          value,
          ignored: ["connect_timeout"],
        });
      }),
      { numRuns: 500 },
    );
  });
});
