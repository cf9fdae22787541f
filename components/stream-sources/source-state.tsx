import { useTranslations } from "next-intl";
import type { StreamSource } from "@/lib/streams/source-schema";
import { STATUS_LOOKS } from "../status-badge";
import { Badge } from "../ui/badge";

const LOOKS = {
  ok: STATUS_LOOKS.up,
  failing: STATUS_LOOKS.down,
  waiting: STATUS_LOOKS.unknown,
  disabled: STATUS_LOOKS.paused,
} as const;

/** Whether a source answers. */
export function SourceState({ state }: Pick<StreamSource, "state">) {
  const t = useTranslations("streamSources.states");
  const { icon: Icon, tone, quiet = false } = LOOKS[state];
  return (
    <Badge tone={tone} quiet={quiet} data-status={state}>
      <Icon aria-hidden />
      {t(state)}
    </Badge>
  );
}
