// deploy/dozor.service, judged by systemd's own tool. That it starts Dozor, and how, is shown by tests/e2e/deployed.spec.ts.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEnv } from "@/lib/env";
import { readUnit, UNIT_FILE } from "./support/unit-file";

const PERF = path.resolve("deploy/dozor-perf.conf");
const MOST_EXPOSED = 2.0;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "dozor-unit-"));
  for (const name of ["plain", "perf"]) {
    mkdirSync(path.join(folder, name));
    for (const unit of ["dozor.service", "dozor@.service"]) copyFileSync(UNIT_FILE, path.join(folder, name, unit));
  }
  mkdirSync(path.join(folder, "perf/dozor.service.d"));
  copyFileSync(PERF, path.join(folder, "perf/dozor.service.d/perf.conf"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync("systemd-analyze", parameters, { encoding: "utf8" });
  return { status, text: stdout + stderr };
}

describe.each(["plain", "perf"])("the unit, %s", (name) => {
  it("has no line that systemd does not understand", () => {
    const units = ["dozor.service", "dozor@web.service", "dozor@collector.service"];
    const { status, text } = analyze("verify", "--man=no", ...units.map((unit) => path.join(folder, name, unit)));
    // The account and the program are the machine's.
    const ours = text.split("\n").filter((line) => /dozor[^ ]*\.(service|conf)/.test(line) && !/executable/.test(line));
    expect(ours).toEqual([]);
    expect(status === 0 || /not executable/.test(text), text).toBe(true);
  });

  it(`is exposed by ${MOST_EXPOSED} at most`, () => {
    const { text } = analyze("security", "--offline=yes", "--no-pager", path.join(folder, name, "dozor.service"));
    const [, exposure] = /Overall exposure level for dozor\.service: ([\d.]+)/.exec(text) ?? [];
    expect(Number(exposure), text).toBeLessThanOrEqual(MOST_EXPOSED);
  });
});

it("leaves what the collector, JavaScript and the embedded database need", () => {
  const { all } = readUnit();
  for (const closed of ["MemoryDenyWriteExecute", "ProtectProc", "ProcSubset", "PrivateUsers", "PrivateNetwork"])
    expect(all(closed), closed).toEqual([]);
  expect(all("ProtectHome")).toEqual(["read-only"]);
  expect(all("KillMode")).toEqual(["mixed"]);
  expect(all("StateDirectory").map((name) => `/var/lib/${name}`)).toEqual([readUnit().environment().DATA_DIR]);
});

it.each([
  ["", "all"],
  ["web", "web"],
  ["collector", "collector"],
])("gives an instance %j the role %s", (instance, role) => {
  const { environment } = readUnit();
  const { values, problems } = readEnv(environment(instance));
  expect(problems).toEqual([]);
  expect(values).toMatchObject({ ROLE: role, DATA_DIR: "/var/lib/dozor", HOST: "127.0.0.1" });
});
