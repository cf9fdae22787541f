// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ContainerFacts, HostFacts } from "@/lib/host/schema";
import messages from "@/messages/en.json";
import { HostStrip } from "./host-strip";
import { MachineCost } from "./machine-cost";

vi.mock("@/components/live/use-monitoring-web-socket", () => ({ useServerSample: () => undefined }));
const NOW = Date.parse("2026-03-01T12:00:00Z");
beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const FACTS: HostFacts = {
  ...{ hostname: "web1", manufacturer: null, model: null, os: "Debian GNU/Linux 12", kernel: "6.1.0", arch: "x64" },
  ...{ virtualisation: null, container: null, cpu_model: "A processor", core_count: 16, physical_cores: 8 },
  ...{ memory_total_bytes: 64 * 1024 ** 3, boot_time: null, source: "linux" },
};
const marks = { warning: 70, critical: 90 };
const thresholds = {
  cpu_percent: marks,
  ram_percent: marks,
  disk_percent: marks,
  latency_ms: marks,
  db_connections: marks,
};

function show(facts: HostFacts, ageSeconds = 1): string {
  const ts = new Date(NOW - ageSeconds * 1000).toISOString();
  const initial = { cpu: { ts, data: { usage_percent: 12 } }, memory: { ts: new Date(NOW).toISOString(), data: {} } };
  const { container } = render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <HostStrip server="web1" asOf={NOW / 1000} staleSeconds={15} {...{ initial, facts, thresholds }} />
    </NextIntlClientProvider>,
  );
  return plain(container.textContent);
}
/** Numbers and their units are held together by blanks that do not break. */
const plain = (text: string | null) => (text ?? "").replaceAll(/\s/g, " ");
const inContainer = (container: Partial<ContainerFacts>): HostFacts => ({
  ...FACTS,
  container: { kind: "docker", evidence: "/.dockerenv", memory_limit_bytes: null, cpu_limit_cores: null, ...container },
});

it("says of a container whose numbers these are, and what it may use of them", () => {
  expect(show(FACTS)).not.toContain("host");
  const limited = show(inContainer({ cpu_limit_cores: 1.5, memory_limit_bytes: 4 * 1024 ** 3 }));
  expect(limited).toContain("Container (docker), 16 CPUs, 64 GiB");
  expect(limited).toContain("numbers of the whole host");
  expect(limited).toContain("the container may use 1.5 CPUs, 4 GiB");
  expect(show(inContainer({}))).not.toContain("may use");
  // Its files may be made by lxcfs.
  expect(show(inContainer({ kind: "lxc" }))).not.toContain("whole host");
});

it("shows values as stale that are older than three intervals", () => {
  expect(show(FACTS, 14)).not.toContain("stale");
  expect(show(FACTS, 240)).toContain("stale, 4 min");
});

it("says what reading the machine costs, and nothing while that is not known", () => {
  const cost = {
    at: new Date(NOW - 5_000).toISOString(),
    msPerMinute: 61.4,
    cpuPercent: 1.25,
    rssBytes: 2 * 1024 ** 2,
  };
  const told = (one: typeof cost | null) =>
    render(
      <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
        <MachineCost cost={one} asOf={NOW / 1000} />
      </NextIntlClientProvider>,
    );
  told(cost);
  expect(plain(screen.getByText(/^Reading this machine takes 61 ms a minute/).textContent)).toMatch(
    /1\.\d% of one core and 2 MiB/,
  );
  expect(told(null).container.textContent).toBe("");
});
