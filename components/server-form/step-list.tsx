import { CircleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { type FieldErrors, STEPS, type Step, stepOf } from "./check";

interface StepListProps {
  step: Step;
  errors: FieldErrors;
  /** Whether PostgreSQL is watched: then the machine may be left out. */
  postgres: boolean;
  goTo(step: Step): void;
}

/** What the steps are where there is no PostgreSQL, and the machine may be this one. */
const OF_MACHINE = { postgres: "server", ssh: "machine", labels: "labels" } as const satisfies Record<Step, string>;

/** Where one is in the form, and the way to each other step. */
export function StepList({ step, errors, postgres, goTo }: StepListProps) {
  const t = useTranslations("serverForm.steps");
  return (
    <ol aria-label={t("label")} className="mt-1 flex items-center gap-2">
      {STEPS.map((one, index) => {
        const current = one === step;
        const wrong = Object.keys(errors).some((path) => stepOf(path) === one);
        return (
          <li key={one} className="flex items-center gap-2">
            {index > 0 && <span aria-hidden className="h-px w-5 bg-border-strong" />}
            <button
              type="button"
              aria-current={current ? "step" : undefined}
              onClick={() => goTo(one)}
              className={cn(
                "inline-flex h-6 items-center gap-1.5 rounded-sm text-xs transition-colors max-md:h-9",
                current ? "font-medium text-foreground" : "text-muted-foreground hover:text-foreground",
              )}
            >
              <span
                aria-hidden
                className={cn(
                  "inline-flex size-[18px] items-center justify-center rounded-full border text-2xs",
                  current ? "border-primary bg-primary text-primary-foreground" : "border-border-strong",
                )}
              >
                {index + 1}
              </span>
              <span className={current ? undefined : "max-md:sr-only"}>
                {t(postgres ? one : OF_MACHINE[one])}
                {one === "ssh" && postgres && (
                  <span className="ml-1 font-normal text-muted-foreground">{t("optional")}</span>
                )}
              </span>
              {wrong && (
                <>
                  <CircleAlert aria-hidden className="icon-12 text-crit-text" />
                  <span className="sr-only">{t("wrong")}</span>
                </>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}
