import { ChartColumn, Radio } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useLiveClient } from "../live/live-provider";
import { channelHref } from "../streams/href";
import { ChannelBadge } from "../streams/status";
import { CommandGroup } from "../ui/command";
import { PaletteEntry } from "./palette-entry";

/** A list of more is slow to search; the page of streams finds them all. */
const MOST = 200;

/** Channels by their names, as they were when the palette was opened, and the pages beside their list. */
export function PaletteChannels({ onDone }: { onDone(): void }) {
  const t = useTranslations();
  const router = useRouter();
  const client = useLiveClient();
  const [channels] = useState(() => client.state.streams.channels.slice(0, MOST));
  const go = (href: string) => () => {
    onDone();
    router.push(href);
  };
  return (
    <CommandGroup heading={t("palette.streams")}>
      {channels.map(({ channel_id, name, status }) => (
        <PaletteEntry
          key={channel_id}
          value={`stream ${name} ${channel_id}`}
          icon={<Radio aria-hidden />}
          end={<ChannelBadge status={status} />}
          onSelect={go(channelHref(channel_id))}
        >
          <span className="truncate normal-nums">{name}</span>
        </PaletteEntry>
      ))}
      <PaletteEntry icon={<ChartColumn aria-hidden />} onSelect={go("/streams/analytics")}>
        {t("palette.streamAnalytics")}
      </PaletteEntry>
      <PaletteEntry icon={<Radio aria-hidden />} onSelect={go("/streams/sources")}>
        {t("palette.streamSources")}
      </PaletteEntry>
    </CommandGroup>
  );
}
