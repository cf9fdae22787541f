import { useTranslations } from "next-intl";
import type { Channel } from "@/lib/streams/schema";
import { cn } from "@/lib/utils";

interface SourceNameProps {
  channel: Pick<Channel, "source" | "channel_id">;
  className?: string;
}

/** Where a channel comes from, and what it is called there. */
export function SourceName({ channel: { source, channel_id }, className }: SourceNameProps) {
  const t = useTranslations("streams.source");
  // The mount alone: the source's name stands before it.
  const own = source.name !== null && channel_id.startsWith(`${source.name}:`);
  return (
    <span
      className={cn("inline-flex min-w-0 max-w-full items-baseline gap-1.5 text-muted-foreground text-xs", className)}
    >
      <span className="shrink-0">{source.name ?? t(source.kind)}</span>
      <span className="mono truncate">{own ? channel_id.slice((source.name?.length ?? 0) + 1) : channel_id}</span>
    </span>
  );
}
