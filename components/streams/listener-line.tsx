import { useTranslations } from "next-intl";
import { Suspense, use } from "react";
import { cn } from "@/lib/utils";
import { Sparkline } from "../charts/sparkline";

/** Listeners of the last hour by channel id; null where nothing is known. */
export type ListenerLines = Readonly<Record<string, (number | null)[]>>;

interface ListenerLineProps {
  channel: { channel_id: string; name: string };
  /** Read while the page is already shown. */
  lines: Promise<ListenerLines>;
  old?: boolean;
  width?: number;
  height: number;
}

/** Shows as soon as it was read; the page does not wait for it. */
export function ListenerLine(props: ListenerLineProps) {
  return (
    <span className={cn("block min-w-0", props.old && "grayscale")} style={{ height: props.height }}>
      <Suspense fallback={null}>
        <Line {...props} />
      </Suspense>
    </span>
  );
}

function Line({ channel, lines, width, height }: ListenerLineProps) {
  const t = useTranslations("streams");
  const values = use(lines)[channel.channel_id];
  if (!values?.some((value) => value !== null)) return null;
  return (
    <Sparkline
      values={values}
      height={height}
      min={0}
      {...(width !== undefined && { width })}
      label={t("listenersHour", { name: channel.name })}
    />
  );
}
