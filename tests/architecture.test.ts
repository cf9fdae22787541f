// Holds the tree against the rules of ARCHITECTURE.md; each failure says why the rule stands.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const TOP = ["app", "components", "lib", "bench", "tests"];
const SKIPPED = ["node_modules", "generated", ".next", "screenshots"];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.includes(entry.name)) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|tsx)$/.test(entry.name) ? [path] : [];
  });
}

const files = [
  ...TOP.flatMap(sources),
  "server.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
  "middleware.ts",
  "next.config.ts",
];
const text = (path: string) => readFileSync(join(root, path), "utf8");
const isTest = (path: string) => /\.test\.tsx?$/.test(path);
const product = files.filter((path) => !isTest(path) && /^(app|components|lib)\//.test(path));

interface Import {
  from: string;
  /** A path of ours without extension, or a package's name. */
  to: string;
  typeOnly: boolean;
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

function importsOf(path: string): Import[] {
  return [...text(path).matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[3] ?? "";
    const own = target.startsWith("@/")
      ? target.slice(2)
      : target.startsWith(".")
        ? relative(root, resolve(root, dirname(path), target))
        : target;
    return { from: path, to: own, typeOnly: match[1] !== undefined };
  });
}

const imports = product.flatMap(importsOf);
const isOurs = ({ to }: Import) => /^(app|components|lib|server|messages)\b/.test(to);
const isBase = (path: string) => /^lib\/[^/]+$/.test(path);
const folderOf = (path: string) => path.split("/")[1] ?? "";
const OF_ANY_NOUN =
  /^lib\/(?:[a-z-]+\/(?:(?:[a-z]+-)?schema|queries|permissions)|(?:audit|activity|syslog)\/append|live\/(?:publish|messages))$/;

/** What a folder of `lib` may import besides base files, itself, and any noun's schema, queries and append. */
const MAY: Record<string, RegExp> = {
  backup: /^lib\/(embedded|first-start|audit)\//,
  collect:
    /^lib\/(postgres|host|ssh-keys|streams|metrics|retention|alerts|fleet|syslog|activity|settings|live|audit)\//,
  collector: /^lib\/metrics\/catalog$/,
  exposition: /^lib\/(http|users|metrics|fleet|streams|host|postgres)\//,
  fleet:
    /^lib\/((postgres|host|metrics)\/|ssh-keys\/use$|users\/throttle$|live\/watch$|settings\/(mutations|overrides)$)/,
  health: /^lib\/(fleet|metrics)\//,
  live: /^lib\/(fleet|health|users\/(sessions|totp-policy)|http\/(actor|client|origin))/,
  metrics: /^lib\/(postgres\/probes|host\/probes|host\/snapshot)/,
  http: /^lib\/(users|settings|audit|live)\//,
  "first-start": /^lib\/(users|embedded|postgres)\//,
  "ssh-keys": /^lib\/host\/ssh\//,
  streams: /^lib\/(metrics\/|users\/throttle$)/,
  retention: /^lib\/(metrics|settings)\//,
  users: /^lib\/(settings\/|i18n\/locales$)/,
  i18n: /^lib\/(http\/actor|users)\b/,
  embedded: /^$/,
  postgres: /^$/,
  host: /^$/,
};

function broken(rule: (entry: Import) => boolean): string[] {
  return imports.filter(rule).map(({ from, to }) => `${from} imports ${to}`);
}

describe("imports", () => {
  it("lib imports neither pages nor components: it must run without Next", () => {
    expect(broken(({ from, to }) => from.startsWith("lib/") && /^(app|components)\//.test(to))).toEqual([]);
  });

  it("components get data by props: no pages, no database, nothing that runs on the server only", () => {
    const allowed =
      /^(components\/|lib\/[a-z0-9-]+\/((?:[a-z]+-)?schema|messages)$|lib\/(connection-string|format|reasons|ssl-modes|theme|time|utils|version)$|lib\/i18n\/|lib\/users\/permissions$|lib\/retention\/cost$|lib\/fleet\/merge$|lib\/live\/warnings$|messages\/)/;
    expect(
      broken(
        (entry) => entry.from.startsWith("components/") && isOurs(entry) && !entry.typeOnly && !allowed.test(entry.to),
      ),
    ).toEqual([]);
  });

  it("base files import base files and packages: everything stands on them", () => {
    expect(
      broken(
        (entry) => isBase(entry.from) && isOurs(entry) && !isBase(entry.to) && !entry.to.startsWith("lib/generated/"),
      ),
    ).toEqual([]);
  });

  it("probes can be lifted out and run alone: lib/postgres and lib/host import base files only, not our database", () => {
    const guests = ({ from }: Import) => /^lib\/(postgres|host)\//.test(from);
    expect(broken((entry) => guests(entry) && /^(next|lib\/db)\b/.test(entry.to))).toEqual([]);
    expect(
      broken(
        (entry) => guests(entry) && isOurs(entry) && !isBase(entry.to) && folderOf(entry.to) !== folderOf(entry.from),
      ),
    ).toEqual([]);
  });

  it("each folder of lib imports what the table of ARCHITECTURE.md allows", () => {
    const strange = (entry: Import) => {
      if (!entry.from.startsWith("lib/") || isBase(entry.from) || !entry.to.startsWith("lib/")) return false;
      if (isBase(entry.to) || folderOf(entry.to) === folderOf(entry.from) || OF_ANY_NOUN.test(entry.to)) return false;
      return !MAY[folderOf(entry.from)]?.test(entry.to);
    };
    expect(broken(strange)).toEqual([]);
  });

  it("only lib/http, lib/i18n and server-side pages know Next", () => {
    expect(
      broken(({ from, to }) => /^lib\//.test(from) && !/^lib\/(http|i18n)\//.test(from) && /^next(\/|$)/.test(to)),
    ).toEqual([]);
  });

  it("only lib/db.ts knows the generated Prisma client", () => {
    expect(broken(({ from, to }) => to.startsWith("lib/generated/") && from !== "lib/db.ts")).toEqual([]);
  });

  it("only lib/postgres/connect.ts opens connections to monitored servers", () => {
    const allowed = /^lib\/(postgres\/connect|db|migrate|backup\/connection|embedded\/[\w-]+|first-start\/[\w-]+)\.ts$/;
    expect(broken(({ from, to, typeOnly }) => to === "pg" && !typeOnly && !allowed.test(from))).toEqual([]);
  });
});

describe("files", () => {
  it("only lib/env.ts reads the environment", () => {
    const readers = product.filter((path) => path !== "lib/env.ts" && /process\.env\b/.test(text(path)));
    expect(readers).toEqual([]);
  });

  it("no file outgrows 300 lines: it would hold more than one thing", () => {
    const long = files.filter((path) => !path.startsWith("components/ui/") && text(path).split("\n").length > 301);
    expect(long).toEqual([]);
  });

  it("every probe file is in its list", () => {
    for (const facet of ["postgres", "host"]) {
      const list = text(`lib/${facet}/probes/index.ts`);
      const probes = readdirSync(join(root, `lib/${facet}/probes`)).filter(
        (name) =>
          name !== "index.ts" &&
          !isTest(name) &&
          /defineProbe\(|defineProbe</.test(text(`lib/${facet}/probes/${name}`)),
      );
      expect(probes.length).toBeGreaterThan(0);
      for (const name of probes)
        expect(list, `${facet}/probes/index.ts lists ${name}`).toContain(`./${name.replace(/\.ts$/, "")}"`);
    }
  });

  it("every exported verb of a mutations.ts asks for a permission and is audited", () => {
    for (const path of product.filter((name) => name.endsWith("/mutations.ts"))) {
      const verbs = text(path)
        .split(/\nexport async function /)
        .slice(1);
      for (const verb of verbs) {
        const name = `${path}: ${verb.slice(0, verb.indexOf("("))}`;
        expect(verb, `${name} calls requirePermission or requireActor first`).toMatch(/require(Permission|Actor)\(/);
        expect(verb, `${name} writes an audit row`).toMatch(/[aA]udit/);
      }
    }
  });

  it("files are named in kebab-case", () => {
    const odd = product.filter((path) => !/^[a-z0-9.-]+$/.test((path.split("/").at(-1) ?? "").replace(/^\[.*\]$/, "")));
    expect(odd).toEqual([]);
  });

  it("client components are fewer than a third of the component files", () => {
    const components = product.filter((path) => /^(app|components)\/.*\.tsx$/.test(path));
    const clients = components.filter((path) => /^["']use client["']/m.test(text(path)));
    expect(clients.length / components.length).toBeLessThan(1 / 3);
  });
});
