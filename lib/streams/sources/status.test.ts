import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looseJson } from "./loose-json";
import { parseStatus } from "./status";
import { cleanText, decodeText } from "./text";

const source = (entries: string) =>
  `{"icestats":{"server_id":"Icecast 2.4.4","source":{"listenurl":"http://localhost:8000/live.mp3",${entries},"dummy":null}}}`;
const titleOf = (value: string) => parseStatus(source(`"title":${value},"listeners":3`))?.mounts[0];

describe("the status of an Icecast", () => {
  it("takes one source as an object", () => {
    const text =
      '{"icestats":{"admin":"icemaster@localhost","host":"localhost","location":"Earth","server_id":"Icecast 2.4.4","server_start":"Sun, 22 Nov 2026 15:00:00 +0000","server_start_iso8601":"2026-11-22T15:00:00+0000","source":{"audio_info":"bitrate=128","bitrate":128,"genre":"various","listener_peak":7,"listeners":5,"listenurl":"http://localhost:8000/live.mp3","server_name":"no name","server_type":"audio/mpeg","stream_start":"Sun, 22 Nov 2026 15:30:00 +0000","stream_start_iso8601":"2026-11-22T15:30:00+0000","title":"One - Two","dummy":null}}}';
    expect(parseStatus(text)).toEqual({
      server: "Icecast 2.4.4",
      complete: true,
      mounts: [
        {
          path: "/live.mp3",
          onAir: true,
          startedAt: new Date("2026-11-22T15:30:00Z"),
          title: "One - Two",
          listeners: 5,
          peak: 7,
          bitrateKbps: 128,
          codec: "MP3",
        },
      ],
    });
  });

  it("takes several as a list, the last of those with one address, and none where none is", () => {
    const mount = (path: string, title: string) =>
      `{"listenurl":"http://h/${path}","title":"${title}","server_type":"x/y"}`;
    const text = `{"icestats":{"source":[${mount("a", "1")},null,7,${mount("b", "2")},${mount("a", "3")}]}}`;
    expect(parseStatus(text)?.mounts.map(({ path, title }) => [path, title])).toEqual([
      ["/a", "3"],
      ["/b", "2"],
    ]);
    expect(parseStatus('{"icestats":{"admin":"x","dummy":null}}')).toEqual({
      server: null,
      mounts: [],
      complete: true,
    });
  });

  it("does not take another answer for a status: nothing would be on air", () => {
    for (const text of ["", "<html>It works!</html>", "null", "[]", "{}", '{"error":"no"}', '{"icestats":"no"}'])
      expect(parseStatus(text), text).toBeNull();
  });

  it.each([
    ['"Plain"', "Plain"],
    ['"He said \\"hi\\""', 'He said "hi"'],
    ['"He said "hi", twice"', 'He said "hi", twice'],
    ['"bad \\x escape \\u12 here"', "bad x escape u12 here"],
    ['"\\u041f\\u0435\\u0441\\u043d\\u044f"', "Песня"],
    ['"half \\ud83d character"', "half \ufffd character"],
    ['"a\u0001b\u0000c\u001bd\ttab\nline"', "a b c d tab line"],
    ["1999", "1999"],
    ["1.0", "1.0"],
    [".5", ".5"],
    ["-", "-"],
    [" - ", "-"],
    ["true", "true"],
    ["null", null],
    ["", null],
    ['""', null],
    ['" \\n "', null],
    [`"${Buffer.from("Песня").toString("latin1")}"`, "Песня"],
    ['"Café – Zürich"', "Café – Zürich"],
    ['"Café"', "Café"],
    ['"&#1055;&#x435;&#x1F600;&#99999999;&amp;&#9999999;&#55357;"', "Пе😀&#99999999;&amp;&#9999999;\ufffd"],
    [`"${"long ".repeat(1000)}"`, "long ".repeat(60).trim()],
  ])("keeps what follows a title of %s", (value, title) => {
    expect(titleOf(value)).toMatchObject({ path: "/live.mp3", title, listeners: 3 });
  });

  it("joins artist and title, as Ogg tells them", () => {
    const text = source(
      '"artist":"Ana","title":"Low","server_type":"application/ogg","subtype":"Vorbis","audio_bitrate":96000',
    );
    expect(parseStatus(text)?.mounts[0]).toMatchObject({ title: "Ana - Low", codec: "Ogg Vorbis", bitrateKbps: 96 });
  });

  it("takes counts that are none for unknown, not for zero", () => {
    for (const value of ["-1", '"many"', "null", "", "1e3", "99999999999", "{}"])
      expect(parseStatus(source(`"listeners":${value},"x":1`))?.mounts[0]?.listeners, value).toBeNull();
    expect(parseStatus(source('"x":1'))?.mounts[0]).toMatchObject({ listeners: null, peak: null, onAir: false });
  });

  it("says where an answer broke off: what is missing is not gone", () => {
    const whole = source('"server_type":"audio/mpeg","title":"x"');
    expect(parseStatus(whole)?.complete).toBe(true);
    for (let end = whole.indexOf(":{") + 2; end < whole.length; end += 1)
      expect(parseStatus(whole.slice(0, end))?.complete, whole.slice(0, end)).toBe(false);
  });

  it("reads any bytes as text: UTF-8, Latin-1, both in one answer", () => {
    const bytes = Buffer.concat([
      Buffer.from("Песня "),
      Buffer.from("Café", "latin1"),
      Buffer.from([0xff, 0x80, 0xe2]),
    ]);
    expect(decodeText(bytes)).toBe("Песня Café\u00ff\u0080\u00e2");
  });
});

describe("any text", () => {
  const strings = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: "binary" }),
      fc.constant(null),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.string({ unit: "binary" }), tie("json"), { maxKeys: 4 }),
    ),
  })).json;

  it("is read as JSON.parse reads it where it is JSON", () => {
    fc.assert(
      fc.property(strings, fc.constantFrom(undefined, 1), (value, indent) => {
        const plain = JSON.stringify(looseJson(JSON.stringify(value, null, indent)));
        expect(plain).toBe(JSON.stringify({ value, complete: true }));
      }),
      { numRuns: 200 },
    );
  });

  it("gives a status or none, never an error, and only clean titles and counts", () => {
    const pieces = fc.constantFrom(
      '"',
      "\\",
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      "\\u",
      "\0",
      "\u2028",
      "-",
      "é",
      "\ud800",
      " ",
      "1",
    );
    const junk = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(junk, junk, fc.nat(), (title, more, cut) => {
        const text = source(`"title":"${title}","listeners":${more},"server_type":"audio/mpeg"`);
        const bytes = Buffer.from(text, cut % 2 ? "latin1" : "utf8");
        for (const taken of [text, decodeText(bytes), text.slice(0, cut % text.length), title, more]) {
          for (const mount of parseStatus(taken)?.mounts ?? []) {
            expect(mount.path.startsWith("/")).toBe(true);
            expect(mount.title ?? "x").toMatch(/^[^\p{Cc}\p{Cs}]{1,600}$/u);
            expect(mount.listeners === null || Number.isInteger(mount.listeners)).toBe(true);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  it("takes time in proportion to its length, whatever is in it", () => {
    for (const piece of ['"', "{", "[", '{"a":', '"a" ', "\\", ",", '",', '","', '","\\n', " ", '"x",  ']) {
      const text = source(`"title":"${piece.repeat(200_000 / piece.length)}`);
      const began = performance.now();
      parseStatus(text);
      expect(performance.now() - began, piece).toBeLessThan(2_000);
    }
    expect(cleanText("Ð".repeat(500_000))).toHaveLength(300);
  });
});
