import { CircleCheck, LoaderCircle, type LucideIcon, OctagonX, RefreshCw, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { Button } from "../ui/button";
import type { ConnectionTest } from "./use-test";

export type Verdict = "ok" | "warn" | "crit";

const LOOKS: Record<Verdict, { icon: LucideIcon; colour: string }> = {
  ok: { icon: CircleCheck, colour: "text-ok" },
  warn: { icon: TriangleAlert, colour: "text-warn" },
  crit: { icon: OctagonX, colour: "text-crit" },
};

/** Of a test of either kind. */
export type Tested = Pick<ConnectionTest<"pg">, "run" | "stale"> & { done: { at: string } | null };

interface ResultHeadProps {
  verdict: Verdict;
  title: string;
  /** How long an answer took, as a sentence's beginning. */
  took: string | null;
  test: Tested;
}

/** What came of a test, when, and the way to another one. */
export function ResultHead({ verdict, title, took, test }: ResultHeadProps) {
  const t = useTranslations("serverForm.test");
  const { icon: Icon, colour } = LOOKS[verdict];
  const at = test.done?.at ?? "";
  return (
    <>
      <div className="flex items-start gap-2.5">
        <Icon aria-hidden className={cn("mt-0.5 size-[18px]", test.stale ? "text-muted-foreground" : colour)} />
        <div className="min-w-0 flex-1">
          <p className="font-semibold text-sm">{title}</p>
          <p className="text-muted-foreground text-xs">
            {took && `${took}, `}
            {t("tested")} <Age since={at} asOf={Date.now()} ago />
          </p>
        </div>
        <Button size="sm" onClick={test.run}>
          <RefreshCw aria-hidden />
          {t("again")}
        </Button>
      </div>
      {test.stale && (
        <p className="flex gap-1.5 rounded-md border border-warn-line bg-warn-soft px-2.5 py-1.5 text-warn-text text-xs">
          <TriangleAlert aria-hidden className="icon-12 mt-0.5" />
          {t("stale")}
        </p>
      )}
    </>
  );
}

interface RunningProps {
  text: string;
  onAbandon(): void;
}

export function Running({ text, onAbandon }: RunningProps) {
  const t = useTranslations("serverForm.test");
  return (
    <div className="flex items-start gap-2.5">
      <LoaderCircle aria-hidden className="mt-0.5 size-[18px] text-primary-text motion-safe:animate-spin" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold text-sm">{text}</p>
        <p className="text-muted-foreground text-xs">{t("limit")}</p>
      </div>
      <Button size="sm" onClick={onAbandon}>
        {t("abandon")}
      </Button>
    </div>
  );
}

/** Names and values below a result's head. */
export function FactRows({ facts }: { facts: readonly { name: string; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-2 gap-y-1.5 text-xs max-[400px]:grid-cols-[88px_minmax(0,1fr)]">
      {facts.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
