// What the Host tab and the overview of a machine without PostgreSQL have in common.
import { HostStrip } from "@/components/server/host-strip";
import { fileSystems } from "@/components/server/newest";
import { hostFactsSchema } from "@/lib/host/schema";
import { readForecasts } from "./disk/read";
import type { SectionReading } from "./section";

/** What the machine is, and how it does right now. */
export function MachineStrip({ server, latest, thresholds }: SectionReading) {
  const facts = hostFactsSchema.safeParse(latest.host_facts?.data).data ?? null;
  return <HostStrip server={server.name} initial={latest} {...{ facts, thresholds }} asOf={Date.now() / 1000} />;
}

/** When each of its file systems will be full, by mount point. */
export const fileSystemForecasts = ({ actor, server, latest }: SectionReading) =>
  readForecasts(actor, server, {
    ...{ metric: "disk.available_bytes", label: "mount" },
    of: fileSystems(latest).map(({ mount, totalBytes }) => ({ name: mount, totalBytes })),
  });
