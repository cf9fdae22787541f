import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import { chartColor, keysOf, known, lineOf, linesBy, reasonWithout } from "./lines";
import type { Probes } from "./newest";

interface HostKernelChartsProps {
  main: QueryResult["series"];
  latest: Probes;
}

/** What the kernel tells about memory that moves and tasks that wait. */
export function HostKernelCharts({ main, latest }: HostKernelChartsProps) {
  const t = useTranslations("server");
  const reasonOf = (metric: string) => reasonWithout(main, latest, metric);
  return (
    <>
      <PressureChart main={main} latest={latest} />
      <TimeSeries
        id="paging"
        title={t("paging")}
        detail={t("pagingDetail")}
        unit="KiB/s"
        lines={known(
          lineOf(main, { key: "in", label: t("pagedIn"), color: 1, metrics: ["memory_bandwidth.pgpgin_kb_per_sec"] }),
          lineOf(main, {
            ...{ key: "out", label: t("pagedOut"), color: 2 },
            metrics: ["memory_bandwidth.pgpgout_kb_per_sec"],
          }),
        )}
        unavailable={reasonOf("memory_bandwidth.pgpgin_kb_per_sec")}
        className={SPAN.half}
      />
      <TimeSeries
        id="swapping"
        title={t("swapping")}
        unit="1/s"
        lines={known(
          lineOf(main, {
            ...{ key: "in", label: t("swappedIn"), color: 1 },
            metrics: ["memory_bandwidth.pswpin_pages_per_sec"],
          }),
          lineOf(main, {
            ...{ key: "out", label: t("swappedOut"), color: 2 },
            metrics: ["memory_bandwidth.pswpout_pages_per_sec"],
          }),
          lineOf(main, {
            ...{ key: "major", label: t("majorFaults"), color: 3 },
            metrics: ["memory_bandwidth.major_faults_per_sec"],
          }),
        )}
        unavailable={reasonOf("memory_bandwidth.major_faults_per_sec")}
        className={SPAN.half}
      />
    </>
  );
}

/** `full` is the part of `some` in which nothing else got on either. */
const STALLS = [
  { key: "cpu", resource: "cpu", kind: "some" },
  { key: "memorySome", resource: "memory", kind: "some" },
  { key: "memoryFull", resource: "memory", kind: "full" },
  { key: "ioSome", resource: "io", kind: "some" },
  { key: "ioFull", resource: "io", kind: "full" },
] as const;

function PressureChart({ main, latest }: HostKernelChartsProps) {
  const t = useTranslations("server");
  return (
    <TimeSeries
      id="pressure"
      title={t("pressure")}
      help={t("pressureHelp")}
      detail={t("pressureDetail")}
      unit="percent"
      lines={STALLS.flatMap(({ key, resource, kind }, index) =>
        keysOf(main, "pressure.stall_percent", { resource, kind }).map((series) => ({
          key,
          label: t(`stalls.${key}`),
          color: chartColor(index + 1),
          of: [series],
        })),
      )}
      unavailable={reasonWithout(main, latest, "pressure.stall_percent")}
      className={SPAN.lastThird}
    />
  );
}

/** Which programs use most, over time; fed by the query `commands`. Where they are not told, the table of processes says why. */
export function CommandCharts({ commands, latest }: { commands: QueryResult["series"]; latest: Probes }) {
  const t = useTranslations("server");
  const linesOf = (metric: string) => linesBy(commands, metric, { label: "command", others: t("others") });
  if (reasonWithout(commands, latest, "processes.rss_bytes") !== undefined) return null;
  return (
    <>
      <TimeSeries
        id="commands-cpu"
        query="commands"
        title={t("commandsCpu")}
        detail={t("commandsCpuDetail")}
        unit="percent"
        lines={linesOf("processes.cpu_percent")}
        unavailable={reasonWithout(commands, latest, "processes.cpu_percent")}
        className={SPAN.half}
      />
      <TimeSeries
        id="commands-memory"
        query="commands"
        title={t("commandsMemory")}
        detail={t("commandsMemoryDetail")}
        unit="bytes"
        lines={linesOf("processes.rss_bytes")}
        className={SPAN.half}
      />
    </>
  );
}
