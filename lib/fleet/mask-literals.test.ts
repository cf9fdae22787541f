import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskLiterals } from "./mask-literals";

const B = "\\";

describe("maskLiterals", () => {
  it.each([
    ["SELECT * FROM t WHERE a = 'x' AND b = 5", "SELECT * FROM t WHERE a = ? AND b = ?"],
    ["SELECT 'it''s', 'b'", "SELECT ?, ?"],
    [`SELECT E'a${B}'b', c`, "SELECT ?, c"],
    [`SELECT e'a${B}${B}', c`, "SELECT ?, c"],
    [`SELECT name_e'a${B}', 'secret`, "SELECT name_e?"],
    ["SELECT U&'d!0061t' UESCAPE '!', U&\"name\"", 'SELECT U&? UESCAPE ?, U&"name"'],
    ["SELECT B'01', x'1F', N'n', t.e", "SELECT ?, ?, ?, t.e"],
    ["SELECT $$it's$$, $tag$ $$ $tag$, $1, $22", "SELECT ?, ?, $1, $22"],
    ["SELECT foo$bar$baz$bar$, 1$$x$$", "SELECT foo$bar$baz$bar$, ??"],
    ["SELECT 1e5, .5, 5., 1.5e-3, 0x1F, 1_000, 0o17, -2", "SELECT ?, ?, ?, ?, ?, ?, ?, -?"],
    ["SELECT card4111, t1.c2, a[1:2], $4111111111111111", "SELECT card4111, t1.c2, a[?:?], ?"],
    ["SELECT 10secret, 'a'::date", "SELECT ?, ?::date"],
    ["SELECT 1 -- a secret\n, /* a /* nested */ one */ b /* without end", "SELECT ?  \n,   b"],
    ['SELECT "a ""b"" \'c\'", 1', 'SELECT "a ""b"" \'c\'", ?'],
    ['SELECT "without end', "SELECT ?"],
    ["SELECT 'without end", "SELECT ?"],
    ["SELECT $a$ without end $b$", "SELECT ?"],
    [`SELECT 'C:${B}', secret, 'x'`, "SELECT ?"],
    [`SELECT 'C:${B}${B}temp', b`, "SELECT ?, b"],
    ["SET app.token = abc", "SET app.token = ?"],
    ["set local app.token TO abc, def; SELECT 1", "set local app.token TO ?; SELECT ?"],
    ["SET SESSION a='x;y'; SELECT b", "SET SESSION a=?; SELECT b"],
    ["RESET ALL; SET ROLE me", "RESET ALL; SET ROLE me"],
    ["UPDATE t SET a = b, c = 'd'", "UPDATE t SET a = b, c = ?"],
    ["ALTER ROLE r SET app.token TO abc", "ALTER ROLE r SET app.token TO ?"],
    ["ALTER SYSTEM SET a = b", "ALTER SYSTEM SET a = ?"],
    ["CREATE ROLE r LOGIN PASSWORD secret; x", "CREATE ROLE r LOGIN PASSWORD ?"],
    ["alter user r encrypted password 'md5'", "alter user r encrypted password ?"],
    ["ALTER TABLE t ADD password text", "ALTER TABLE t ADD password text"],
    ["COPY t FROM STDIN;\n1\tsecret\n\\.", "COPY t FROM STDIN?"],
    ["COPY t FROM STDIN;", "COPY t FROM STDIN;"],
    ["COPY t (a) FROM stdin WITH CSV\nsecret", "COPY t (a) FROM stdin ?"],
    ["BEGIN; DO $x$ BEGIN 1; END $x$", "BEGIN; DO ?"],
    ["  SELECT 1  ", "SELECT ?"],
    [`SELECT E'a${B}'b'\n'c${B}' secret, ''d'`, "SELECT ?\n?"],
    ["SELECT U&'a'\n-- c\n'b' UESCAPE '!', +-- secret\n1*/* secret */2", "SELECT U&?\n \n? UESCAPE ?, + \n?* ?"],
    ["SELECT $a$ $b$ secret $a$, $b$$a$$b$, $1$$secret$$", "SELECT ?, ?, $1?"],
    [
      '/* c */ SET "app"."y" = secret; ALTER DATABASE d SET a TO secret',
      'SET "app"."y" = ?; ALTER DATABASE d SET a TO ?',
    ],
    ["SELECT '{\"a\":1}'::jsonb @? '$.a ? (@ == 1)', a->>'k', 1e'secret'", "SELECT ?::jsonb @? ?, a->>?, ??"],
    ["\u00a0set a = b", "\u00a0set a = b"],
    ["", ""],
  ])("makes of %j %j", (sql, masked) => {
    expect(maskLiterals(sql)).toBe(masked);
  });

  const MARK = "zqmark";
  // Whatever stands around the mark within a literal of that kind.
  const filling = fc
    .array(
      fc.constantFrom("a", " ", ";", "--", "/*", "*/", "(", "=", "é", "🙂", "$1", "$x", "\n", "\t", '"', "''", "e"),
      {
        maxLength: 6,
      },
    )
    .map((parts) => `${parts.join("")}${MARK}`);
  const literal = fc.oneof(
    filling.map((text) => `'${text}'`),
    fc.tuple(fc.constantFrom("B", "x", "N", "U&"), filling).map(([prefix, text]) => `${prefix}'${text}'`),
    fc
      .tuple(filling, fc.constantFrom(`${B}'`, `${B}${B}`, `${B}n`, `${B}`, ""))
      .map(([text, escaped]) => `E'${escaped === B ? `${B}${B}` : escaped}${text}${escaped === B ? `${B}'` : ""}'`),
    fc
      .tuple(fc.constantFrom("", "q", "tag_1", "é"), filling)
      .map(([tag, text]) => `$${tag}$'${text.replaceAll("$", "")}"$${tag}$`),
    filling.map((text) => `/* ${text.replaceAll(/[*/]/g, "")} /* ' */ ${MARK} */`),
    filling.map((text) => `-- ' ${text.replaceAll("\n", "")}\n`),
    fc.nat().map((number) => `${number}${MARK}`),
    fc.constant(`1.5e3${MARK}`),
    fc.constant(`; SET a.b = ${MARK} c, ${MARK};`),
    fc.constant(`; SET LOCAL a TO ${MARK};`),
    fc.constant(`; ALTER DATABASE d SET a.b TO ${MARK};`),
  );
  const plain = fc.constantFrom(
    ...[
      "SELECT ",
      " a",
      '"q ""q"""',
      " $1",
      "::",
      ",",
      "(",
      ")",
      "+",
      " <= ",
      " e ",
      "U&",
      ";",
      "\n",
      " t$x",
      ".",
      " x$y$z",
    ],
  );
  const separated = fc.tuple(literal, fc.constantFrom(" ", ", ", "\n", ")")).map((parts) => parts.join(""));
  const closing = fc.constantFrom(
    "",
    `'${MARK}`,
    `E'${MARK}${B}'`,
    `$t$ ${MARK} $T$`,
    `/* ${MARK}`,
    `'${B}' ${MARK} '`,
    `; COPY t FROM STDIN;\n${MARK}`,
    `; ALTER ROLE r PASSWORD ${MARK}; ${MARK}`,
    `; CREATE USER r PASSWORD '${MARK}`,
  );
  const statement = fc
    .tuple(
      fc.array(
        fc.oneof(
          plain.map((text) => ` ${text} `),
          separated.map((text) => ` ${text}`),
        ),
        { maxLength: 12 },
      ),
      closing,
    )
    .map(([parts, last]) => `${parts.join("")} ${last}`);

  it("lets no marked literal through, in whatever order they stand", () => {
    fc.assert(
      fc.property(statement, (sql) => {
        expect(maskLiterals(sql)).not.toContain(MARK);
      }),
      { numRuns: 1_500 },
    );
  });

  it("lets none through that is cut off anywhere", () => {
    fc.assert(
      fc.property(statement, fc.double({ min: 0, max: 1, noNaN: true }), (sql, part) => {
        expect(maskLiterals(sql.slice(0, Math.floor(sql.length * part)))).not.toContain(MARK);
      }),
      { numRuns: 1_000 },
    );
  });

  const pieces = [
    "'",
    '"',
    "$",
    "$a$",
    B,
    "--",
    "/*",
    "*/",
    "\n",
    ";",
    "E",
    "set",
    "to",
    "=",
    "1",
    ".5",
    "copy",
    "stdin",
    " ",
  ];
  const anything = fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 2 })), { maxLength: 25 })
      .map((all) => all.join("")),
    statement,
  );

  it("takes any text, makes none longer, and changes nothing the second time", () => {
    fc.assert(
      fc.property(anything, (sql) => {
        const masked = maskLiterals(sql);
        expect(masked.length).toBeLessThanOrEqual(sql.length);
        expect(maskLiterals(masked)).toBe(masked);
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes long texts in time that grows as they do", () => {
    const began = performance.now();
    for (const part of ["'", "$a$ $b$ ", "/*", '"', "''x", "$a", "1.", "a", `E'${B}'`])
      maskLiterals(part.repeat(50_000));
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
