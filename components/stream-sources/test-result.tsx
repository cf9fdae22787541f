import { CircleCheck, OctagonX, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { NO_VALUE } from "@/lib/format";
import type { SourceTest } from "@/lib/streams/source-schema";
import { failureOf } from "./failure";

interface TestResultProps {
  result: SourceTest;
  /** Something was typed since. */
  isStale: boolean;
}

/** What the server answered: what is on air, and whether its sources can be ended. */
export function TestResult({ result, isStale }: TestResultProps) {
  const t = useTranslations("streamSources.test");
  const { success, message, code, round_trip_ms: ms, server, mounts, admin } = result;
  const failure = failureOf(code) ?? "unreachable";
  const Icon = success ? CircleCheck : OctagonX;
  return (
    <>
      <div className="flex items-start gap-2">
        <Icon aria-hidden className={`icon-16 mt-0.5 ${success ? "text-ok" : "text-crit"}`} />
        <div className="min-w-0">
          <p className="font-semibold text-sm">{success ? (server ?? t("answers")) : t(`failed.${failure}`)}</p>
          <p className="break-words text-muted-foreground text-xs">
            {success ? t("took", { ms: ms ?? 0, count: mounts.length }) : message}
          </p>
        </div>
      </div>
      {isStale && <Note>{t("stale")}</Note>}
      {admin === "refused" && <Note>{t("admin.refused")}</Note>}
      {success && admin !== "refused" && (
        <p className="text-foreground-2 text-xs">{t(`admin.${admin ?? "not_given"}`)}</p>
      )}
      {mounts.length > 0 && <Mounts mounts={mounts} />}
    </>
  );
}

const Note = ({ children }: { children: string }) => (
  <p className="flex gap-1.5 rounded-md border border-warn-line bg-warn-soft px-2.5 py-1.5 text-warn-text text-xs">
    <TriangleAlert aria-hidden className="icon-12 mt-0.5" />
    {children}
  </p>
);

function Mounts({ mounts }: Pick<SourceTest, "mounts">) {
  const t = useTranslations("streamSources.test");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls is scrolled by keys, too
    <ul tabIndex={0} aria-label={t("mounts")} className="max-h-48 overflow-auto rounded-md border bg-card">
      {mounts.map(({ mount, on_air, title, listeners, codec, bitrate_kbps: kbps }) => (
        <li key={mount} className="border-b px-2.5 py-1.5 text-xs last:border-b-0">
          <p className="flex justify-between gap-2">
            <span className="mono truncate" translate="no">
              {mount}
            </span>
            <span className="shrink-0 text-foreground-2">
              {on_air ? t("listeners", { count: listeners ?? 0 }) : t("silent")}
            </span>
          </p>
          <p className="truncate text-muted-foreground">
            {[title, codec, kbps !== null && t("bitrate", { kbps })].filter(Boolean).join(" · ") || NO_VALUE}
          </p>
        </li>
      ))}
    </ul>
  );
}
