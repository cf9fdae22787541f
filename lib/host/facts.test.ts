import { readFileSync } from "node:fs";
import { hostname, totalmem } from "node:os";
import { describe, expect, it } from "vitest";
import { hostFacts, type LibraryFacts, toHostFacts } from "./facts";
import { hostFactsSchema } from "./schema";

const CONTAINER = { kind: "docker", evidence: "/.dockerenv", memory_limit_bytes: null, cpu_limit_cores: null };
const factsOf = (told: LibraryFacts, container: typeof CONTAINER | null = null) =>
  toHostFacts({ told, container, bootTime: 1_700_000_000_000, source: "linux" });

describe("toHostFacts", () => {
  it("takes what the library tells", () => {
    expect(
      factsOf({
        system: { manufacturer: "Dell Inc.", model: "PowerEdge R650", virtual: false, virtualHost: "" },
        osInfo: { distro: "Debian GNU/Linux", release: "12", kernel: "6.1.0", arch: "x64" },
        cpu: { manufacturer: "Intel", brand: "Xeon®", cores: 64, physicalCores: 32 },
      }),
    ).toMatchObject({
      manufacturer: "Dell Inc.",
      model: "PowerEdge R650",
      os: "Debian GNU/Linux 12",
      kernel: "6.1.0",
      arch: "x64",
      virtualisation: null,
      container: null,
      core_count: 64,
      physical_cores: 32,
      boot_time: "2023-11-14T22:13:20.000Z",
    });
  });

  it("is complete and honest where the library tells nothing", () => {
    const facts = factsOf({});
    expect(hostFactsSchema.parse(facts)).toEqual(facts);
    expect(facts).toMatchObject({ manufacturer: null, model: null, virtualisation: null, physical_cores: null });
    expect(facts.kernel).not.toBe("");
  });

  it.each(["", "-", "Not Specified", "To Be Filled By O.E.M.", "Docker Container"])(
    "takes %j for no model",
    (model) => {
      expect(factsOf({ system: { model } }).model).toBeNull();
    },
  );

  it.each([
    [{ virtual: true, virtualHost: "KVM" }, null, "KVM"],
    [{ virtual: true, virtualHost: "" }, null, "unknown"],
    [{ virtual: true, virtualHost: "" }, CONTAINER, null],
    [{ virtual: true, virtualHost: "VMware" }, CONTAINER, "VMware"],
    [{ virtual: false, virtualHost: "" }, null, null],
  ])("%j in container %j runs on %j", (system, container, expected) => {
    expect(factsOf({ system }, container).virtualisation).toBe(expected);
  });
});

describe("hostFacts", () => {
  it("describes this machine, once", async () => {
    const facts = await hostFacts();
    expect(hostFactsSchema.parse(facts)).toEqual(facts);
    expect(facts).toMatchObject({ hostname: hostname(), memory_total_bytes: totalmem() });
    expect(hostFacts()).toBe(hostFacts());
  });

  it.runIf(process.platform === "linux")("knows when the kernel started", async () => {
    const uptime = Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]);
    const { boot_time, kernel } = await hostFacts();
    expect(Math.abs(Date.parse(boot_time ?? "") - (Date.now() - uptime * 1000))).toBeLessThan(60_000);
    expect(readFileSync("/proc/version", "utf8")).toContain(kernel);
  });
});
