// The files of the Dockerfile's last stage, made from what is built here, started as its image starts them.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import { confined } from "../deploy/support/confined";
import { copiesOf, readStages, textsOf, variablesOf } from "../deploy/support/dockerfile";
import { type App, freePort, newDataDir, removeData, startApp } from "./support/app";
import { expect, NEW_PASSWORD, test, tokenOf } from "./support/session";

const ROOT = resolve(import.meta.dirname, "../..");
const FOLDER = join(ROOT, `test-results/image-${process.pid}`);
const [BUILD = [], IMAGE = []] = readStages();
/** What the build stage holds after `npm run build`, as far as the last stage takes of it. */
const BUILT = [".next", "dist", "lib", "next.config.ts", "node_modules", "prisma", "public"];
const VARIABLES = variablesOf(IMAGE);
let app: App;

function must(command: string, parameters: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, parameters, { encoding: "utf8", ...options });
  expect(status, `${command} ${parameters.join(" ")}\n${error ?? stdout + stderr}`).toBe(0);
  return stdout;
}

/** The tree of the last stage, by links to the files here. */
function makeImage(): string {
  const [build, image] = [join(FOLDER, "build"), join(FOLDER, "image")];
  for (const folder of [build, image]) mkdirSync(folder, { recursive: true });
  must("cp", ["-al", ...BUILT.map((name) => join(ROOT, name)), build]);
  // npm writes these in place, which the links would carry into our own tree.
  rmSync(join(build, "node_modules/.package-lock.json"), { force: true });
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) copyFileSync(join(ROOT, name), join(build, name));
  const steps = textsOf(BUILD, "RUN");
  const env = { ...process.env, ...variablesOf(BUILD), npm_config_offline: "true" } as NodeJS.ProcessEnv;
  for (const step of steps.slice(steps.indexOf("npm run build") + 1)) must("sh", ["-c", step], { cwd: build, env });
  for (const { sources, target } of copiesOf(IMAGE)) {
    for (const source of sources.map((one) => one.replace(/^\/app\//, ""))) {
      const to = target.endsWith("/") ? join(image, target, basename(source)) : join(image, target);
      mkdirSync(dirname(to), { recursive: true });
      must("cp", ["-al", join(build, source), to]);
    }
  }
  return image;
}

/** A command of the image, on the data of the container. */
const inside = (data: string, parameters: string[]) =>
  confined({ parameters, root: join(FOLDER, "image"), place: "/opt/app", data, state: VARIABLES.DATA_DIR ?? "" });

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  const [port, data] = [await freePort(), newDataDir()];
  const [, ...parameters] = JSON.parse(textsOf(IMAGE, "CMD")[0] ?? "[]") as string[];
  const folder = makeImage();
  const { command, dataDir } = inside(data, parameters);
  app = await startApp({
    ...{ port, dataDir: data, folder, command },
    // HOME is that of the account.
    env: {
      ...{ ...VARIABLES, PORT: String(port), HOST: "127.0.0.1" },
      ...{ DATA_DIR: dataDir, HOME: dataDir, ADMIN_PASSWORD: NEW_PASSWORD },
    },
  });
});
test.afterAll(async () => {
  await app?.stop();
  if (app) removeData(app.dataDir);
  rmSync(FOLDER, { recursive: true, force: true });
});

test("a container of it serves pages and collects", async () => {
  expect((await fetch(`${app.url}/login`)).status).toBe(200);
  const headers = { authorization: `Bearer ${await tokenOf(app, "admin", NEW_PASSWORD)}` };
  const latest = async () => (await fetch(`${app.url}/api/servers/local/latest`, { headers })).text();
  await expect.poll(latest, { timeout: 60_000 }).toContain('"cpu');
  expect(app.output()).not.toMatch(/Cannot find (package|module)|EACCES|EROFS|EPERM|"level":[56]0/);
});

test("its health check sees whether it is ready", async () => {
  const check = /CMD (\[.*\])$/.exec(textsOf(IMAGE, "HEALTHCHECK")[0] ?? "")?.[1] ?? "[]";
  const [, ...parameters] = JSON.parse(check) as string[];
  const statusAt = (port: string) =>
    spawnSync(process.execPath, parameters, { env: { ...process.env, PORT: port } }).status;
  expect(statusAt(new URL(app.url).port)).toBe(0);
  expect(statusAt(String(await freePort()))).toBe(1);
});

test("commands run in it while it runs", () => {
  const { command, dataDir } = inside(app.dataDir, ["dist/audit-verify.mjs"]);
  const [program = "", ...parameters] = command;
  const env = { ...process.env, ...VARIABLES, DATA_DIR: dataDir, LOG_LEVEL: "warn" };
  expect(must(program, parameters, { cwd: join(FOLDER, "image"), env })).toContain("The audit log holds");
});

test("holds every package that its programs ask for, and no tool of the build", () => {
  const image = join(FOLDER, "image");
  const require = createRequire(join(image, "dist/server.mjs"));
  for (const file of readdirSync(join(image, "dist")).filter((name) => name.endsWith(".mjs"))) {
    const names = readFileSync(join(image, "dist", file), "utf8").matchAll(
      /^(?:import|export)[^"'\n]*?["']([^."'][^"']*)["'];$|\bimport\("([^."][^"]*)"\)/gm,
    );
    for (const [, named, lazy] of names) {
      const name = (named ?? lazy ?? "").replace(/^((?:@[^/]+\/)?[^/]+).*$/, "$1");
      if (name.startsWith("node:") || builtinModules.includes(name)) continue;
      const there = require.resolve
        .paths(name)
        ?.some((folder) => existsSync(join(folder, name)) && folder.startsWith(image));
      expect(there, `${file}: ${name}`).toBe(true);
    }
  }
  for (const name of ["typescript", "prisma", "vitest", "@biomejs/biome", ".cache"])
    expect(existsSync(join(image, "node_modules", name)), name).toBe(false);
});
