// The last hour of a server as a small line in its row.
import { useTranslations } from "next-intl";
import { Suspense, use } from "react";
import type { ServerSummary } from "@/lib/fleet/schema";
import { Sparkline } from "../charts/sparkline";

/** By server id, for an hour: transactions per second, of a machine alone its CPU in percent; null where nothing was collected. */
export type Trends = ReadonlyMap<number, (number | null)[]>;

interface TrendProps {
  server: Pick<ServerSummary, "id" | "name" | "has_postgres">;
  /** Read while the page is already shown. */
  trends: Promise<Trends>;
  old: boolean;
}

const SIZE = { width: 54, height: 20 };

/** Shows as soon as it was read; the table does not wait for it. */
export function Trend(props: TrendProps) {
  return (
    <span className={props.old ? "block grayscale" : "block"} style={SIZE}>
      <Suspense fallback={null}>
        <TrendLine {...props} />
      </Suspense>
    </span>
  );
}

function TrendLine({ server: { id, name, has_postgres }, trends }: TrendProps) {
  const t = useTranslations("servers");
  const values = use(trends).get(id);
  if (!values?.some((value) => value !== null)) return null;
  return <Sparkline values={values} {...SIZE} min={0} label={t(has_postgres ? "trendOf" : "cpuTrendOf", { name })} />;
}
