import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hostFactsSchema } from "../schema";
import { parseOs, readLinuxFacts } from "./facts";
import { treeReader } from "./tree-reader";

const CPU = "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 2 3 4 5 6 7 8 9 10\n";
/** A virtual machine, as its kernel tells of it. */
const GUEST: Record<string, string> = {
  "/proc/sys/kernel/hostname": "db1\n",
  "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
  "/proc/sys/kernel/arch": "x86_64\n",
  "/sys/class/dmi/id/sys_vendor": "QEMU\n",
  "/sys/class/dmi/id/product_name": "Standard PC (Q35 + ICH9, 2009)\n",
  "/etc/os-release":
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
  "/proc/cpuinfo":
    "processor\t: 0\nmodel name\t: AMD EPYC 7763\nphysical id\t: 0\ncore id\t\t: 0\nflags\t\t: fpu lm hypervisor\n",
  "/proc/stat": `${CPU}btime 1700000000\n`,
  "/proc/meminfo": "MemTotal:        2048 kB\n",
  "/proc/2/comm": "kthreadd\n",
};

describe("facts from files", () => {
  it("are what the machine says of itself", async () => {
    expect(await readLinuxFacts(treeReader(GUEST))).toEqual({
      ...{ hostname: "db1", manufacturer: "QEMU", model: "Standard PC (Q35 + ICH9, 2009)", os: "Debian GNU/Linux 12" },
      ...{ kernel: "6.1.0-18-amd64", arch: "x64", virtualisation: "KVM", container: null },
      ...{ cpu_model: "AMD EPYC 7763", core_count: 1, physical_cores: 1, memory_total_bytes: 2_097_152 },
      ...{ boot_time: "2023-11-14T22:13:20.000Z", source: "linux" },
    });
  });

  it.each([
    ["hardware", { "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n", "/proc/cpuinfo": "flags\t: fpu lm\n" }, null],
    ["a guest that does not say of whom", { "/sys/class/dmi/id/sys_vendor": "\n" }, "unknown"],
    ["a hypervisor", { "/sys/class/dmi/id/sys_vendor": "VMware, Inc.\n" }, "VMware"],
  ])("tell of %s", async (_case, files: Record<string, string>, virtualisation) => {
    const machine = { ...GUEST, "/sys/class/dmi/id/product_name": "\n", ...files };
    expect(await readLinuxFacts(treeReader(machine))).toMatchObject({ virtualisation });
  });

  it.each([
    ["NAME='Alpine Linux'\nVERSION_ID=3.20.1\n", "Alpine Linux 3.20.1"],
    ["NAME=Arch\n", "Arch"],
    ["", "Linux"],
  ])("name the system: %j", (text, os) => expect(parseOs(text)).toBe(os));

  it("have their shape, whatever the files hold", async () => {
    const garbage = fc.record(
      Object.fromEntries(
        Object.entries(GUEST).map(([path, text]) => [
          path,
          fc.oneof(
            fc.string(),
            fc.nat(text.length).map((end) => text.slice(0, end)),
          ),
        ]),
      ),
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (files) => {
        const given = Object.fromEntries(Object.entries(files).filter((entry) => entry[1] !== undefined));
        const facts = await readLinuxFacts(treeReader(given as Record<string, string>));
        expect(hostFactsSchema.parse(facts)).toEqual(facts);
      }),
    );
  });
});
