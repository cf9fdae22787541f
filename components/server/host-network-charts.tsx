import { useTranslations } from "next-intl";
import type { QueryResult } from "@/lib/metrics/schema";
import { TimeSeries } from "../charts/time-series";
import { SPAN } from "./chart-grid";
import { chartColor, keysOf, known, labelValues, lineOf, linesOfEach, reasonWithout } from "./lines";
import { type Probes, unavailableReason } from "./newest";

interface HostNetworkChartsProps {
  main: QueryResult["series"];
  /** Of the leading interfaces. */
  interfaces: QueryResult["series"];
  latest: Probes;
}

/** What goes through the network, all together and by interface, what fails of it, and the sockets. */
export function HostNetworkCharts({ main, interfaces, latest }: HostNetworkChartsProps) {
  const t = useTranslations("server");
  return (
    <>
      <TimeSeries
        id="network"
        title={t("network")}
        detail={t("withoutLoopback")}
        unit="bit/s"
        lines={known(
          lineOf(main, { key: "sent", label: t("sent"), color: 1, metrics: ["network.total_bytes_sent_per_sec"] }),
          lineOf(main, {
            ...{ key: "received", label: t("received"), color: 2 },
            metrics: ["network.total_bytes_recv_per_sec"],
          }),
        )}
        unavailable={reasonWithout(main, latest, "network.total_bytes_sent_per_sec")}
        className={SPAN.third}
      />
      <InterfaceCharts series={interfaces.filter(({ labels }) => !LOOPBACK.test(labels.interface ?? ""))} />
      <TimeSeries
        id="errors"
        title={t("networkErrors")}
        unit="1/s"
        lines={known(
          lineOf(main, { key: "errors", label: t("errors"), color: 1, metrics: ERRORS }),
          lineOf(main, { key: "drops", label: t("dropped"), color: 2, metrics: DROPS }),
          lineOf(main, { key: "again", label: t("sentAgain"), color: 3, metrics: ["network.retransmits_per_sec"] }),
          lineOf(main, {
            ...{ key: "overflows", label: t("queueFull"), color: 4 },
            metrics: ["network.listen_overflows_per_sec"],
          }),
        )}
        className={SPAN.half}
      />
      <SocketsChart series={main} latest={latest} />
    </>
  );
}

const LOOPBACK = /^lo\d*$/;
const ERRORS = ["network.errors_in_per_sec", "network.errors_out_per_sec"];
const DROPS = ["network.drops_in_per_sec", "network.drops_out_per_sec"];

function InterfaceCharts({ series }: { series: QueryResult["series"] }) {
  const t = useTranslations("server");
  const names = labelValues(series, "network.bytes_recv_per_sec", "interface");
  const of = (metrics: readonly string[], name: string) =>
    metrics.flatMap((metric) => keysOf(series, metric, { interface: name }));
  const detail = t("byInterface");
  return (
    <>
      <TimeSeries
        id="interfaces"
        query="interfaces"
        title={t("interfaceTraffic")}
        detail={detail}
        unit="bit/s"
        lines={linesOfEach(
          series,
          [
            { metric: "network.bytes_sent_per_sec", name: t("sent") },
            { metric: "network.bytes_recv_per_sec", name: t("received") },
          ],
          { label: "interface", others: t("others"), most: 4 },
        )}
        className={SPAN.third}
      />
      <TimeSeries
        id="interface-errors"
        query="interfaces"
        title={t("interfaceErrors")}
        detail={detail}
        unit="1/s"
        lines={known(
          ...names.map((name, index) => ({
            ...{ key: name, label: name, color: chartColor(index + 1) },
            of: of([...ERRORS, ...DROPS], name),
          })),
        )}
        className={SPAN.lastThird}
      />
    </>
  );
}

/** States worth a line; the others pass quickly, and are one. */
const STATES = ["established", "time_wait", "close_wait", "listen"];

function SocketsChart({ series, latest }: { series: QueryResult["series"]; latest: Probes }) {
  const t = useTranslations("server");
  const others = labelValues(series, "network.tcp_sockets", "state").filter((state) => !STATES.includes(state));
  // Of very many sockets two states are known: what is known is drawn, and why the others are not is said beside it.
  const partly = unavailableReason(latest, "network", "connections.tcp");
  const of = (states: readonly string[]) => states.flatMap((state) => keysOf(series, "network.tcp_sockets", { state }));
  return (
    <TimeSeries
      id="tcp"
      title={t("tcp")}
      detail={t("tcpDetail")}
      unit="count"
      lines={known(
        ...STATES.map((state, index) => ({
          ...{ key: state, label: state.replace("_", " "), color: chartColor(index + 1), of: of([state]) },
        })),
        { key: "others", label: t("others"), color: chartColor(8), of: of(others) },
      )}
      footer={partly && <p className="px-3 pb-2 text-muted-foreground text-xs">{partly}</p>}
      unavailable={reasonWithout(series, latest, "network.tcp_sockets", "connections.tcp")}
      className={SPAN.half}
    />
  );
}
