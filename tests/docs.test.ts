// Holds the documentation against the tree: each command is run by a test or says that it is not, and what is named is there.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readEnv } from "../lib/env";
import { SETTING_KEYS } from "../lib/settings/schema";
import { blocksOf, documented, documents, read } from "./support/documented";

const ROOT = resolve(import.meta.dirname, "..");
const LANGUAGES = ["sh", "sql", "json", "yaml", "ini", "nginx", "text"];
const COMMANDS = ["sh", "sql"];
/** Read by scripts/monitoring-render.mjs alone. */
const RENDERED = ["TELEGRAM_BOT_TOKEN", "ADMIN_CHAT_ID", "TELEGRAM_API_URL", "DOZOR_URL", "DOZOR_API_TOKEN"];
const DOCUMENTS = documents();

const filesUnder = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)],
  );

/** Calls of `documented`: a document and the words that name its block. */
const CALL = /\bdocumented\(\s*("docs\/[^"]+"|"[^"]+\.md"),\s*("(?:[^"\\]|\\.)*"|'[^']*')/g;
const text = (literal = "") => (literal.startsWith("'") ? literal.slice(1, -1) : (JSON.parse(literal) as string));
const run = filesUnder("tests")
  .filter((file) => /\.(test|spec)\.ts$/.test(file))
  .flatMap((test) =>
    [...read(test).matchAll(CALL)].map(([, file, words]) => ({ file: text(file), words: text(words) })),
  );

/** Words in code, of text and not of blocks. */
const inline = (file: string) =>
  [
    ...read(file)
      .replaceAll(/^\s*```[\s\S]*?^\s*```$/gm, "")
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, code = ""]) => code);
const blocks = DOCUMENTS.flatMap(blocksOf);
const at = ({ file, line }: { file: string; line: number }) => `${file}:${line}`;
/** All that is code of a document. */
const code = (file: string) => [...inline(file), ...blocksOf(file).map((block) => block.text)];

describe("commands", () => {
  it("there are documents, with commands that are run and such that are not", () => {
    expect(DOCUMENTS).toEqual(expect.arrayContaining(["README.md", "docs/monitoring-role.md", "docs/api.md"]));
    const commands = blocks.filter(({ language }) => COMMANDS.includes(language));
    expect(commands.filter(({ notRun }) => !notRun).length).toBeGreaterThan(10);
    expect(run.length).toBeGreaterThan(10);
  });

  it("every block says what it is, so that no command hides in one without a name", () => {
    expect(blocks.filter(({ language }) => !LANGUAGES.includes(language)).map(at)).toEqual([]);
  });

  it("none takes settings from where anybody may write: npm reads those of its HOME", () => {
    const open = blocks.filter(({ text }) => /\bHOME=\/tmp\b/.test(text) && !text.includes("-p PrivateTmp=yes"));
    expect(open.map(at)).toEqual([]);
  });

  it("each is run by a test, or says right under it that it is not; never both", () => {
    const unproven = blocks.filter((block) => {
      if (!COMMANDS.includes(block.language)) return false;
      const isRun = run.some(({ file, words }) => file === block.file && block.text.includes(words));
      return isRun === block.notRun;
    });
    expect(unproven.map(at)).toEqual([]);
  });

  it("what tests name is one block each", () => {
    for (const { file, words } of run)
      expect(
        blocksOf(file).filter((block) => block.text.includes(words)),
        `${file}: ${words}`,
      ).toHaveLength(1);
  });

  // `npm ci` takes most of a minute: CI runs it first, browser tests start what `npm start` runs.
  it("the README's two commands are those that CI runs and browser tests start", () => {
    const ci = read(".ci/run");
    expect(documented("README.md", "npm ci && npm test")).toBe("npm ci && npm test");
    expect(ci).toMatch(/^npm ci .*\n(.*\n)*npm test$/m);
    expect(documented("README.md", "npm ci && npm start")).toBe("npm ci && npm start");
    expect(JSON.parse(read("package.json")).scripts.start).toBe("node scripts/start.mjs");
    expect(read("tests/e2e/support/app.ts")).toContain("scripts/start.mjs");
  });
});

it("the secrets for containers are all that compose.yaml wants, and good ones", () => {
  const folder = mkdtempSync(join(tmpdir(), "dozor-docs-"));
  try {
    execFileSync("bash", ["-euo", "pipefail", "-c", documented("docs/install-containers.md", "openssl rand")], {
      cwd: folder,
    });
    const file = join(folder, ".env");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const given = Object.fromEntries(
      readFileSync(file, "utf8")
        .trim()
        .split("\n")
        .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
    const wanted = [...read("compose.yaml").matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name = ""]) => name);
    expect(Object.keys(given).sort()).toEqual([...new Set(wanted)].sort());
    const url = `postgresql://dozor:${given.POSTGRES_PASSWORD}@postgres:5432/dozor`;
    expect(readEnv({ ...given, DATABASE_URL: url }).problems).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("pieces of nginx's configuration are such", () => {
  const pieces = blocks.filter(({ language }) => language === "nginx");
  expect(pieces.length).toBeGreaterThan(1);
  const folder = mkdtempSync(join(tmpdir(), "dozor-docs-"));
  const own = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  try {
    for (const piece of pieces) {
      const http = `http { access_log off; ${own.join(" ")}\n${piece.text}\n}`;
      writeFileSync(join(folder, "nginx.conf"), `pid ${folder}/pid;\nevents {}\n${http}\n`);
      const told = spawnSync("/usr/sbin/nginx", ["-t", "-e", "stderr", "-p", folder, "-c", join(folder, "nginx.conf")]);
      expect(String(told.stderr), at(piece)).toContain("test is successful");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** As GitHub makes them of headings. */
const anchorsOf = (file: string) =>
  [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

describe("names", () => {
  it("links lead to files, and to headings in them", () => {
    const broken = DOCUMENTS.flatMap((file) =>
      [...read(file).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
        if (/^[a-z]+:/.test(link)) return [];
        const [path = "", anchor] = link.split("#");
        const target = path === "" ? file : normalize(join(dirname(file), path));
        const isThere = existsSync(join(ROOT, target)) && (anchor === undefined || anchorsOf(target).includes(anchor));
        return isThere ? [] : [`${file}: ${link}`];
      }),
    );
    expect(broken).toEqual([]);
  });

  it("every document is reached from the README", () => {
    const linked = (file: string) =>
      [...read(file).matchAll(/\]\(([^)#\s]+\.md)/g)].map(([, path = ""]) => normalize(join(dirname(file), path)));
    const reached = new Set(["README.md"]);
    for (const file of reached) for (const next of linked(file)) if (DOCUMENTS.includes(next)) reached.add(next);
    expect(DOCUMENTS.filter((file) => !reached.has(file))).toEqual([]);
  });

  it("files that are named exist", () => {
    const missing = DOCUMENTS.flatMap((file) =>
      code(file).flatMap((words) =>
        [
          ...words.matchAll(
            /(?<![\w./~-])(?:(?:docs|deploy|config|scripts|examples|tests|prisma)\/[\w./-]*\w|(?:app|components|lib)\/[\w./-]+\.tsx?\b)/g,
          ),
        ].flatMap(([path]) => (existsSync(join(ROOT, path)) ? [] : [`${file}: ${path}`])),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("commands of npm exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const missing = DOCUMENTS.flatMap((file) =>
      code(file).flatMap((words) =>
        [...words.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].flatMap(([, name = ""]) =>
          name in scripts ? [] : [`${file}: ${name}`],
        ),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("calls of the API exist", () => {
    const known = filesUnder("app/api").flatMap((file) => {
      const path = /^app(\/api\/.+)\/route\.ts$/.exec(file)?.[1];
      if (!path) return [];
      const methods = [...read(file).matchAll(/^export const ([A-Z]+) =/gm)].map(([, method]) => method);
      return [{ pattern: new RegExp(`^${path.replaceAll(/\[\w+\]/g, "[^/]+")}$`), methods }];
    });
    expect(known.length).toBeGreaterThan(50);
    const missing = DOCUMENTS.flatMap((file) =>
      inline(file).flatMap((words) => {
        const [, method = "", path = ""] = /^(GET|POST|PUT|PATCH|DELETE) (\/api\/[^\s?]+)/.exec(words) ?? [];
        const isThere = method === "" || known.some((one) => one.pattern.test(path) && one.methods.includes(method));
        return isThere ? [] : [`${file}: ${words}`];
      }),
    );
    expect(missing).toEqual([]);
  });
});

describe("environment variables", () => {
  const source = read("lib/env.ts");
  const schema = /const schema = z\.object\(\{([\s\S]*?)\n\}\);/.exec(source)?.[1] ?? "";
  const variables = [...schema.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = ""]) => name);
  const readme = read("README.md");

  it("each has a row in the README and a line in .env.example", () => {
    expect(variables.length).toBeGreaterThan(15);
    expect(variables.filter((name) => !readme.includes(`| \`${name}\``) && !readme.includes(`, \`${name}\``))).toEqual(
      [],
    );
    expect(variables.filter((name) => !new RegExp(`^#?${name}=`, "m").test(read(".env.example")))).toEqual([]);
  });

  it("those that the README's table and .env.example name exist", () => {
    const settings = SETTING_KEYS.map((key) => key.toUpperCase());
    const rows = [...readme.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = ""]) => name);
    const lines = [...read(".env.example").matchAll(/^#?([A-Z_]+)=/gm)].map(([, name = ""]) => name);
    const containers = [...read("compose.yaml").matchAll(/\$\{([A-Z_]+)/g)].map(([, name = ""]) => name);
    const given = blocks.filter(({ language }) => language === "ini").flatMap((block) => block.text.split("\n"));
    const assigned = given.map((line) => line.slice(0, line.indexOf("=")));
    expect(assigned.length).toBeGreaterThan(5);
    const known = [...variables, ...settings, ...containers, ...RENDERED];
    expect([...rows, ...lines, ...assigned].filter((name) => !known.includes(name))).toEqual([]);
  });
});
