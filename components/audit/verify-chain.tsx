"use client";
import { CircleCheck, Link2, OctagonX } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import type { AuditCheck } from "@/lib/audit/queries";
import { formatNumber } from "@/lib/format";
import type { ActionResult } from "@/lib/http/action";
import { Button } from "../ui/button";

const SHOWN = 5;

/** Checks the whole chain when asked, and says what came of it. */
export function VerifyChain({ verify }: { verify(): Promise<ActionResult<AuditCheck>> }) {
  const t = useTranslations("audit.chain");
  const [found, setFound] = useState<AuditCheck | "failed" | null>(null);
  const [pending, start] = useTransition();
  const run = () =>
    start(async () => {
      const result = await verify().catch(() => null);
      setFound(result?.ok ? result.data : "failed");
    });
  return (
    <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs">
      <Button size="sm" disabled={pending} onClick={run}>
        <Link2 aria-hidden />
        {pending ? t("verifying") : t("verify")}
      </Button>
      <div role="status" className="grid min-w-0 flex-1 gap-0.5 text-muted-foreground">
        {found === null ? t("hint") : found === "failed" ? t("failed") : <Found check={found} />}
      </div>
    </div>
  );
}

function Found({ check: { entries, newest, problemCount, problems } }: { check: AuditCheck }) {
  const t = useTranslations("audit.chain");
  const locale = useLocale();
  const id = (value: number) => formatNumber(value, locale, 0);
  if (problemCount === 0) {
    return (
      <p className="flex items-center gap-1.5 text-ok-text">
        <CircleCheck aria-hidden className="icon-12" />
        {newest === null ? t("holdsEmpty") : t("holds", { entries, newest: id(newest) })}
      </p>
    );
  }
  return (
    <>
      <p className="flex items-center gap-1.5 font-medium text-crit-text">
        <OctagonX aria-hidden className="icon-12" />
        {t("broken", { count: problemCount })}
      </p>
      <ul className="grid gap-0.5">
        {problems.slice(0, SHOWN).map((problem) => (
          <li key={`${problem.kind}-${problem.id}`}>{t(`problem.${problem.kind}`, { id: id(problem.id) })}</li>
        ))}
      </ul>
    </>
  );
}
