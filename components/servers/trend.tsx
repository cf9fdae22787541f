// The last hour of a server as a small line in its row.
import { useTranslations } from "next-intl";
import { Suspense, use } from "react";
import { Sparkline } from "../charts/sparkline";

/** Transactions per second by server id, for an hour; null where nothing was collected. */
export type Trends = ReadonlyMap<number, (number | null)[]>;

interface TrendProps {
  id: number;
  name: string;
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

function TrendLine({ id, name, trends }: TrendProps) {
  const t = useTranslations("servers");
  const values = use(trends).get(id);
  if (!values?.some((value) => value !== null)) return null;
  return <Sparkline values={values} {...SIZE} min={0} label={t("trendOf", { name })} />;
}
