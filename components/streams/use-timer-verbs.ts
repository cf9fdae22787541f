import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import type { Channel } from "@/lib/streams/schema";
import type { StreamActions, TimerVerb } from "./actions";
import { refusalOf } from "./refusal";

/** What is done with a timer without a question first; a message says that it was. */
export function useTimerVerbs({ channel_id, name }: Pick<Channel, "channel_id" | "name">, { timer }: StreamActions) {
  const t = useTranslations("streams");
  const [pending, setPending] = useState(false);
  const run = async (verb: TimerVerb, minutes?: number): Promise<void> => {
    if (pending) return;
    setPending(true);
    const answer = await timer({ channel_id, verb, ...(minutes !== undefined && { minutes }) }).catch(() => null);
    setPending(false);
    if (answer?.ok) toast.success(t(`done.${verb}`, { name, minutes: minutes ?? 0 }));
    else toast.error(t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" }));
  };
  return { run, pending };
}
