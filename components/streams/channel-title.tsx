"use client";
import { Pencil } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import type { Channel } from "@/lib/streams/schema";
import { Button } from "../ui/button";
import type { StreamActions } from "./actions";
import { ChannelDialog, type Webhook } from "./channel-dialog";
import { ChannelMenu } from "./channel-menu";
import { DataAge } from "./data-age";
import { SourceName } from "./source-name";
import { ChannelBadge } from "./status";

interface ChannelTitleProps {
  channel: Channel;
  webhook: Webhook | null;
  /** Null for whoever may only look. */
  actions: StreamActions | null;
}

/** Name, status, where it comes from, and what can be done with it. */
export function ChannelTitle({ channel, webhook, actions }: ChannelTitleProps) {
  const t = useTranslations("streams.verbs");
  const trigger = useRef<HTMLButtonElement>(null);
  const [editing, setEditing] = useState(false);
  return (
    <div className="-mt-1.5 flex min-h-[30px] flex-wrap items-center gap-x-3 gap-y-1">
      <p className="min-w-0 break-words font-semibold text-lg">{channel.name}</p>
      <ChannelBadge status={channel.status} />
      {actions && (
        <div className="order-last ml-auto flex items-center gap-2">
          <Button ref={trigger} onClick={() => setEditing(true)}>
            <Pencil aria-hidden />
            {t("edit")}
          </Button>
          <ChannelMenu channel={channel} actions={actions} />
        </div>
      )}
      <span className="flex min-w-0 items-baseline gap-3">
        <SourceName channel={channel} />
        <DataAge channel={channel} />
      </span>
      {actions && editing && (
        <ChannelDialog
          channel={channel}
          webhook={webhook}
          actions={actions}
          onClose={() => setEditing(false)}
          returnTo={trigger}
        />
      )}
    </div>
  );
}
