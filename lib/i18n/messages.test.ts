import { createTranslator } from "next-intl";
import { describe, expect, it } from "vitest";
import en from "../../messages/en.json";
import ru from "../../messages/ru.json";
import { LOCALES } from "./locales";

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, path = ""): Map<string, string> {
  const entries = Object.entries(tree).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    return typeof value === "string" ? [[at, value] as const] : [...flatten(value, at)];
  });
  return new Map(entries);
}

interface Argument {
  name: string;
  type: string;
  /** Branches of a plural or select. */
  branches: string[];
}

/** The arguments of an ICU message, those inside of branches too. */
function argumentsOf(message: string): Argument[] {
  const found: Argument[] = [];
  for (let at = message.indexOf("{"); at !== -1; at = message.indexOf("{", at)) {
    const end = closing(message, at);
    const [name = "", type = "text", ...rest] = message.slice(at + 1, end).split(",");
    const branches = [...rest.join(",").matchAll(/(=?\w+)\s*\{/g)];
    found.push({ name: name.trim(), type: type.trim(), branches: branches.map((match) => match[1] ?? "") });
    for (const { index, 0: head } of branches) {
      const body = rest.join(",");
      const open = index + head.length - 1;
      found.push(...argumentsOf(body.slice(open + 1, closing(body, open))));
    }
    at = end + 1;
  }
  return found;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  throw new Error(`unbalanced braces: ${text}`);
}

const english = flatten(en);
const russian = flatten(ru);
const keys = [...english.keys()];

describe("messages", () => {
  it("have the same keys in every language", () => {
    expect([...russian.keys()].sort()).toEqual([...keys].sort());
  });

  it("take the same arguments in every language", () => {
    const namesOf = (text = "") => [...new Set(argumentsOf(text).map(({ name }) => name))].sort();
    const different = keys.filter((key) => `${namesOf(english.get(key))}` !== `${namesOf(russian.get(key))}`);
    // A Russian sentence may do without a count that English needs for its verb.
    expect(different.filter((key) => !/^overview\.strip\.(critical|warning)$/.test(key))).toEqual([]);
  });

  it("have all plural forms of their language", () => {
    const missing = (texts: Map<string, string>, forms: string[]) =>
      [...texts].flatMap(([key, text]) =>
        argumentsOf(text)
          .filter(({ type }) => type === "plural")
          .filter(({ branches }) => forms.some((form) => !branches.includes(form)))
          .map(() => key),
      );
    expect(missing(english, ["one", "other"])).toEqual([]);
    // After a preposition Russian has two forms only: "на 1 устройстве", "на 3 устройствах".
    const nominative = new Map([...russian].filter(([, text]) => !/(^|\s)(от|на|из|о) \{/i.test(text)));
    expect(missing(nominative, ["one", "few", "other"])).toEqual([]);
  });

  it.each(LOCALES)("can be formatted in %s", (locale) => {
    const failed: string[] = [];
    const messages: Tree = locale === "ru" ? ru : en;
    const options = { locale, messages, onError: (error: Error) => failed.push(error.message) };
    const t = createTranslator(options) as unknown as { markup(key: string, values: object): string };
    for (const [key, text] of locale === "ru" ? russian : english) {
      const numeric = /^(plural|number)$/;
      const values = argumentsOf(text).map(({ name, type }) => [name, numeric.test(type) ? 3 : "x"] as const);
      const tags = [...text.matchAll(/<(\w+)>/g)].map(([, name = ""]) => [name, (chunks: string) => chunks] as const);
      expect(t.markup(key, Object.fromEntries<unknown>([...values, ...tags])), key).not.toBe("");
    }
    expect(failed).toEqual([]);
  });

  it("are Russian in the Russian file, but for names and units", () => {
    const latin = [...russian].filter(([key, text]) => /[a-z]{3,}/i.test(text) && text === english.get(key));
    expect(
      latin
        .map(([, text]) => text)
        .filter((text) => !/^(Dozor|API|Icecast|IPC|PID|PostgreSQL|TLS|TPS|WAL|http|radio|\{)/.test(text)),
    ).toEqual([]);
  });
});
