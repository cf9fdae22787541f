// What the Host tab and the overview of a machine without PostgreSQL have in common.
import { HostStrip } from "@/components/server/host-strip";
import { MachineCost } from "@/components/server/machine-cost";
import { fileSystems } from "@/components/server/newest";
import { machineCost } from "@/lib/fleet/machine-cost";
import { hostFactsSchema } from "@/lib/host/schema";
import { settings } from "@/lib/settings/queries";
import { readForecasts } from "./disk/read";
import type { SectionReading } from "./section";

/** Values that are older than so many intervals are stale; a short interval must not call a busy second so. */
const STALE_INTERVALS = 3;
const LEAST_STALE_SECONDS = 10;

/** What the machine is, and how it does right now. */
export async function MachineStrip({ server, latest, thresholds }: SectionReading) {
  const facts = hostFactsSchema.safeParse(latest.host_facts?.data).data ?? null;
  const { sampling_interval_seconds: interval } = await settings();
  const staleSeconds = Math.max(STALE_INTERVALS * interval, LEAST_STALE_SECONDS);
  const asOf = Date.now() / 1000;
  return <HostStrip server={server.name} initial={latest} {...{ facts, thresholds, staleSeconds, asOf }} />;
}

/** What reading the machine costs. */
export async function MachineFoot({ actor, server }: Pick<SectionReading, "actor" | "server">) {
  return <MachineCost cost={await machineCost(actor, server)} asOf={Date.now() / 1000} />;
}

/** When each of its file systems will be full, by mount point. */
export const fileSystemForecasts = ({ actor, server, latest }: SectionReading) =>
  readForecasts(actor, server, {
    ...{ metric: "disk.available_bytes", label: "mount" },
    of: fileSystems(latest).map(({ mount, totalBytes }) => ({ name: mount, totalBytes })),
  });
