import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { treeReader } from "../linux/tree-reader";
import { localPrograms } from "./programs";
import { readSituation } from "./situation";

function folderWith(text: string, mode: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-perf-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "perf-6.1"), text);
  chmodSync(path.join(folder, "perf-6.1"), mode);
  symlinkSync("perf-6.1", path.join(folder, "perf"));
  return folder;
}

it("reads what decides", async () => {
  const host = treeReader({
    "/proc/sys/kernel/perf_event_paranoid": "-1\n",
    "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
    "/sys/devices/system/cpu/online": "0-1,4\n",
    "/etc/os-release": 'PRETTY_NAME="Rocky Linux 9"\nID="rocky"\nID_LIKE="rhel centos fedora"\n',
    "/sys/class/dmi/id/sys_vendor": "QEMU\n",
    "/run/systemd/container": "docker\n",
    "/proc/self/status": "Name:\tdozor\nSeccomp:\t2\nNoNewPrivs:\t1\nSpeculation_Store_Bypass:\tvulnerable\n",
  });
  const folder = folderWith("\x7fELF", 0o755);
  expect(await readSituation(host, localPrograms(["/nowhere", folder]))).toEqual({
    perf: { path: path.join(folder, "perf-6.1"), isScript: false },
    paranoid: -1,
    kernel: "6.1.0-18-amd64",
    online: "0-1,4",
    systems: ["rocky", "rhel", "centos", "fedora"],
    container: "docker",
    noNewPrivileges: true,
    maker: "QEMU",
  });
});

it("knows a script, and passes over what cannot be run", async () => {
  expect((await readSituation(treeReader({}), localPrograms([folderWith("#!/bin/sh\n", 0o755)]))).perf?.isScript).toBe(
    true,
  );
  expect((await readSituation(treeReader({}), localPrograms([folderWith("#!/bin/sh\n", 0o644)]))).perf).toBeNull();
});

it("leaves empty what a machine does not tell", async () => {
  expect(await readSituation(treeReader({}), localPrograms([]))).toMatchObject({
    ...{ perf: null, paranoid: null, kernel: "", online: "", systems: [], noNewPrivileges: false, maker: "" },
  });
});
