import { CircleCheck, TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { PostgresTest } from "@/lib/fleet/test-schema";
import { formatNumber, formatUnit, joinUnit } from "@/lib/format";
import { CodeBox } from "./code-box";
import { missingOf } from "./missing";
import { FactRows, ResultHead, type Tested } from "./result-head";
import { Failure, useFailureTitle } from "./test-failure";

interface PostgresResultProps {
  result: PostgresTest;
  test: Tested;
  /** Whether it is about something that is yet to be saved. */
  unsaved?: boolean;
}

/** What a server told: what it is, what watching it costs, what it grants and what is lost. */
export function PostgresResult({ result, test, unsaved }: PostgresResultProps) {
  const t = useTranslations("serverForm.test");
  const locale = useLocale();
  const failureTitle = useFailureTitle();
  const missing = missingOf(result);
  const ms = result.round_trip_ms;
  const took = ms === null ? null : t("took", { time: joinUnit(formatUnit(ms, "ms", locale)) });
  if (!result.success) {
    return (
      <>
        <ResultHead verdict="crit" title={failureTitle(result.code)} took={took} test={test} />
        <Failure code={result.code} message={result.message} />
        {unsaved && <p className="mt-auto text-muted-foreground text-xs">{t("saveAnyway")}</p>}
      </>
    );
  }
  return (
    <>
      <ResultHead
        verdict={missing > 0 ? "warn" : "ok"}
        title={missing > 0 ? t("connectedLacking", { count: missing }) : t("connected")}
        took={took}
        test={test}
      />
      <Facts result={result} />
      <hr className="border-border" />
      <ul className="grid gap-1.5 text-xs">
        {result.privileges
          .filter(({ granted, lost }) => granted || lost !== null)
          .map((privilege) => (
            <Privilege key={privilege.name} {...privilege} />
          ))}
        {result.probes
          .filter(({ ok }) => !ok)
          .map(({ probe, reason }) => (
            <Line key={probe} ok={false}>
              {t.rich("probeFails", {
                probe,
                reason: reason ?? "",
                b: (chunks) => <b className="font-medium">{chunks}</b>,
              })}
            </Line>
          ))}
        {result.cost === null && <Line ok={false}>{t("incomplete")}</Line>}
      </ul>
      {result.grant_script && <CodeBox title={t("runAsOwner")} code={result.grant_script} />}
      {unsaved && (
        <p className="mt-auto text-muted-foreground text-xs">{missing > 0 ? t("saveLacking") : t("saveNow")}</p>
      )}
    </>
  );
}

function Facts({ result }: { result: PostgresTest }) {
  const t = useTranslations("serverForm.facts");
  const locale = useLocale();
  const { version, in_recovery: standby, pooled, tls, connections, cost } = result;
  const number = (value: number | null) => formatNumber(value, locale, 0);
  const kind = [
    version && t("version", { version }),
    standby !== null && t(standby ? "standby" : "primary"),
    pooled && t("pooled"),
  ];
  const facts: [string, ReactNode][] = [
    [t("server"), kind.filter(Boolean).join(", ")],
    [t("tls"), tls ? `${tls.protocol}, ${tls.cipher}, ${t(`verified.${tls.verified}`)}` : t("noTls")],
  ];
  if (connections) {
    const counts = { active: number(connections.active), idle: number(connections.idle), max: number(connections.max) };
    const hidden = connections.active === null;
    facts.push([t("sessions"), t(hidden ? "sessionsHidden" : "sessionCounts", counts)]);
  }
  if (cost) {
    const { queries_per_min: queries, ms_per_min: ms, connections: used } = cost;
    const time = joinUnit(formatUnit(ms < 10 ? ms : Math.round(ms), "ms", locale));
    facts.push([t("cost"), t("costs", { queries: Math.round(queries), time, connections: used })]);
  }
  return <FactRows facts={facts.map(([name, value]) => ({ name, value }))} />;
}

/** Roles whose use the viewer's language has words for. */
const WORDED = [
  "superuser",
  "pg_monitor",
  "pg_signal_backend",
  "pg_read_all_stats",
  "pg_read_all_settings",
  "pg_stat_file",
] as const;

function Privilege({ name, granted, lost }: PostgresTest["privileges"][number]) {
  const t = useTranslations("serverForm.privileges");
  const worded = WORDED.find((one) => name.includes(one));
  const use = worded ? t(`${worded}.${granted ? "granted" : "missing"}`) : granted ? null : lost;
  return (
    <Line ok={granted}>
      <b className="font-medium">{name}</b>{" "}
      <span className="text-muted-foreground">
        {granted ? t("granted") : t("missing")}
        {use && `: ${use}`}
      </span>
    </Line>
  );
}

function Line({ ok, children }: { ok: boolean; children: ReactNode }) {
  const Icon = ok ? CircleCheck : TriangleAlert;
  return (
    <li className="flex gap-2">
      <Icon aria-hidden className={`icon-14 mt-px ${ok ? "text-ok" : "text-warn"}`} />
      <span className="min-w-0 break-words">{children}</span>
    </li>
  );
}
