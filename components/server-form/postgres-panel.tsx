import { useTranslations } from "next-intl";
import { CodeBox } from "./code-box";
import { PostgresResult } from "./postgres-result";
import { Running } from "./result-head";
import { passwordCommand, roleScript } from "./role-script";
import { RequestFailed } from "./test-failure";
import type { ConnectionTest } from "./use-test";

interface PostgresPanelProps {
  test: ConnectionTest<"pg">;
  /** As typed. */
  user: string;
}

/** Beside the form: what a test would do, that it runs, or what it told. */
export function PostgresPanel({ test, user }: PostgresPanelProps) {
  const t = useTranslations("serverForm.test");
  if (test.running) return <Running text={t("connecting")} onAbandon={test.abandon} />;
  if (test.done === null) return <Before user={user} />;
  const { answer } = test.done;
  if (!answer.ok) return <RequestFailed answer={answer} test={test} />;
  return <PostgresResult result={answer.result} test={{ ...test, done: test.done }} unsaved />;
}

function Before({ user }: { user: string }) {
  const t = useTranslations("serverForm.role");
  return (
    <>
      <div className="grid gap-1">
        <p className="font-semibold text-sm">{t("title")}</p>
        <p className="text-foreground-2 text-xs">{t("text")}</p>
      </div>
      <CodeBox title={t("run")} code={roleScript(user, t("password"))} />
      <p className="text-muted-foreground text-xs">
        {t.rich("psql", {
          command: () => <code className="mono break-words text-foreground-2">{passwordCommand(user)}</code>,
        })}
      </p>
      <p className="mt-auto text-muted-foreground text-xs">{t("test")}</p>
    </>
  );
}
