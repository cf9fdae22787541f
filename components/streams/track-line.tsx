"use client";
import { useTranslations } from "next-intl";
import { type Channel, isOnAir } from "@/lib/streams/schema";
import { cn } from "@/lib/utils";
import { clockText, positionAt } from "./countdown";
import { useServerNow, useToldAt } from "./stream-clock";

/** Seconds into the track, and of how many; null where it is not known. */
export function usePosition(channel: Channel): { position: number; length: number | null } | null {
  const now = useServerNow();
  const known = useToldAt()(channel);
  const position = positionAt(channel, { known, now });
  return position === null ? null : { position, length: channel.current_track?.duration_s ?? null };
}

/** The track, a bar for how far it is, and the same in numbers. */
export function TrackLine({ channel }: { channel: Channel }) {
  const t = useTranslations("streams");
  const title = channel.current_track?.title;
  return (
    <div className="min-w-0">
      <p className={cn("truncate text-sm", !title && "text-muted-foreground")} title={title}>
        {title ?? t(channel.status === "placeholder" ? "placeholderPlays" : "noTrack")}
      </p>
      <div className="mt-1">
        <Progress channel={channel} />
      </div>
    </div>
  );
}

/** The bar is there even while nothing is known: cards keep their height. */
export function Progress({ channel }: { channel: Channel }) {
  const t = useTranslations("streams");
  const position = usePosition(channel);
  const share = position?.length ? Math.min(100, (100 * position.position) / position.length) : 0;
  return (
    <p className="flex items-center gap-2 text-muted-foreground text-xs">
      <span aria-hidden className="h-1 min-w-8 flex-1 overflow-hidden rounded-sm bg-selected">
        <span
          className={cn("block h-full", isOnAir(channel.status) ? "bg-chart-1" : "bg-idle")}
          style={{ width: `${share}%` }}
        />
      </span>
      {position === null ? (
        t("noPosition")
      ) : (
        <span>
          {clockText(position.position)}
          {position.length !== null && ` / ${clockText(position.length)}`}
        </span>
      )}
    </p>
  );
}
