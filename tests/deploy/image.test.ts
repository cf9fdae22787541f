// The Dockerfile and what reaches it. What its last stage holds is started by tests/e2e/image.spec.ts.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json";
import { copiesOf, readStages, removedPackages, textsOf, variablesOf } from "./support/dockerfile";

const [build = [], image = []] = readStages();
const given = copiesOf(build).flatMap(({ sources }) => sources);

/** Whether .dockerignore keeps a file away: the last pattern that fits decides. */
function isIgnored(file: string): boolean {
  let ignored = false;
  for (const line of readFileSync(".dockerignore", "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const pattern = line.replace(/^!/, "");
    const body = pattern
      .replace(/[.]/g, "\\.")
      .replace(/\*\*\//g, "\0")
      .replace(/\*/g, "[^/]*")
      .replace(/\0/g, "(.*/)?");
    if (new RegExp(`^${body}(/|$)`).test(file)) ignored = !line.startsWith("!");
  }
  return ignored;
}

describe("what is sent to be built", () => {
  it("is there, and nothing of it is left out", () => {
    expect(given.filter((source) => !existsSync(source) || isIgnored(source))).toEqual([]);
  });

  it("is all that the build reads", () => {
    const script = readFileSync("scripts/build.mjs", "utf8");
    const lists = [...script.matchAll(/^const (?:FOLDERS|FILES) = \[(.*?)\];$/gms)].map(([, list = ""]) => list).join();
    const read = [...lists.matchAll(/"([\w./-]+)"/g)].map(([, name = ""]) => name);
    expect(read.length).toBeGreaterThan(10);
    expect(read.filter((name) => !given.some((source) => name === source || name.startsWith(`${source}/`)))).toEqual(
      [],
    );
  });

  it.each([
    ...[".env", ".env.local", "lib/.env", ".git/config", ".data/secrets/auth_secret", "node_modules/next/package.json"],
    ...[
      "config/monitoring/alertmanager/rendered/alertmanager.yml",
      "lib/generated/prisma/client.ts",
      "docs/nginx.conf",
    ],
    ...["lib/env.test.ts", "tests/fixtures/tls/server.key", ".next/BUILD_ID", "dist/server.mjs", "data/postgres/base"],
  ])("never holds %s", (file) => {
    expect(isIgnored(file)).toBe(true);
  });
});

describe("the image", () => {
  it("stands on a pinned version that Dozor takes", () => {
    const versions = readFileSync("Dockerfile", "utf8").match(/^ARG NODE=node:(.*)$/m)?.[1] ?? "";
    expect(versions).toMatch(/^20\.(19|[2-9]\d)\.\d+-[a-z]+-slim$/);
    for (const stage of [build, image]) expect(stage[0]?.text).toMatch(/^\$\{NODE\}/);
  });

  it("takes from the build only what it makes or was given", () => {
    const made = [".next", "dist", "node_modules"];
    for (const { from, sources } of copiesOf(image)) {
      expect(from).toBe("build");
      for (const source of sources.map((one) => one.replace(/^\/app\//, "")))
        expect(made.includes(source) || existsSync(source), source).toBe(true);
    }
  });

  it("removes packages that are there", () => {
    const removed = removedPackages(build);
    expect(removed.length).toBeGreaterThan(10);
    expect(removed.filter((name) => !Object.hasOwn(manifest.dependencies, name))).toEqual([]);
  });

  it("runs as an ordinary user, whatever it runs", () => {
    const order = image.map(({ name }) => name);
    expect(textsOf(image, "USER")).toEqual(["dozor"]);
    expect(order.indexOf("USER")).toBeLessThan(order.indexOf("CMD"));
    expect(textsOf(image, "CMD")).toEqual(['["node", "dist/server.mjs"]']);
  });

  it("asks a route of ours how it fares", () => {
    const [, path] = /127\.0\.0\.1:\$\{process\.env\.PORT\}\/(\w+)/.exec(textsOf(image, "HEALTHCHECK")[0] ?? "") ?? [];
    expect(existsSync(`app/${path}/route.ts`)).toBe(true);
  });

  it("holds no secret, and no name of one", () => {
    const names = [build, image].flatMap((stage) => Object.keys(variablesOf(stage)));
    const secret = /SECRET|PASSWORD|TOKEN|KEYS?$|_URL$/;
    expect(names.filter((name) => secret.test(name))).toEqual([]);
    expect([build, image].flatMap((stage) => textsOf(stage, "ARG"))).toEqual([]);
  });
});
