import { LoaderCircle, PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import type { SourceTest } from "@/lib/streams/source-schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { fieldsOf, type SourceDraft } from "./draft";
import type { SourceActions, SourceItem } from "./source-actions";
import { TestResult } from "./test-result";
import { useSourceAction } from "./use-source-action";

interface TestPanelProps {
  source: SourceItem | null;
  draft: SourceDraft;
  test: SourceActions["test"];
}

/** Asks the server as it is typed, before anything is saved. */
export function TestPanel({ source, draft, test }: TestPanelProps) {
  const t = useTranslations("streamSources.test");
  const [done, setDone] = useState<{ result: SourceTest; of: string } | null>(null);
  const { url, username, password } = fieldsOf(draft);
  const asked = JSON.stringify([url, username, password]);
  const trial = useSourceAction(
    () => test({ url, username, ...(password !== undefined && { password }), ...(source && { id: source.id }) }),
    (result) => setDone({ result, of: asked }),
  );
  const error = trial.errorOf("url") ?? trial.errorOf("username") ?? trial.errorOf("password") ?? trial.errorOf("form");
  return (
    <div className="grid content-start gap-3 border-t bg-muted p-4 md:border-t-0 md:border-l">
      <Button onClick={trial.run} aria-disabled={trial.pending || undefined} className="justify-self-start">
        {trial.pending ? <LoaderCircle aria-hidden className="motion-safe:animate-spin" /> : <PlugZap aria-hidden />}
        {t(trial.pending ? "running" : "run")}
      </Button>
      <FormError>{error ?? null}</FormError>
      <div role="status" className="grid gap-3">
        {done && !trial.pending && !error && <TestResult result={done.result} isStale={done.of !== asked} />}
      </div>
      {!done && !error && <p className="text-muted-foreground text-xs">{t("hint")}</p>}
    </div>
  );
}
