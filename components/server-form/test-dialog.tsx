import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { Tests } from "./ask-test";
import { PostgresResult } from "./postgres-result";
import { Running, type Tested } from "./result-head";
import type { ServerAtHand } from "./server-actions";
import { SshResult } from "./ssh-panel";
import { RequestFailed } from "./test-failure";
import { type ConnectionTest, useTest } from "./use-test";

interface TestDialogProps {
  server: ServerAtHand;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Tries out a server as it is saved: PostgreSQL, and its machine over SSH. */
export function TestDialog({ server, onClose, returnTo }: TestDialogProps) {
  const t = useTranslations("serverForm");
  const saved = { of: server.name, changes: {} };
  const postgres = useTest("pg", saved, "");
  const ssh = useTest("ssh", saved, "");
  const begin = useRef(() => {
    if (server.has_postgres) postgres.run();
    if (server.host_kind === "ssh") ssh.run();
  });
  useEffect(() => begin.current(), []);
  const focus = returnTo ? { returnTo } : {};
  return (
    <Dialog
      {...focus}
      open
      onOpenChange={(open) => !open && onClose()}
      title={t("test.title", { name: server.name })}
      className="bg-muted"
    >
      <div aria-live="polite" className="grid gap-4 p-4">
        {server.has_postgres && (
          <section aria-label={t("steps.postgres")} className="grid gap-3">
            <Outcome test={postgres} running={t("test.connecting")}>
              {(result, test) => <PostgresResult result={result} test={test} />}
            </Outcome>
          </section>
        )}
        {server.host_kind === "ssh" && (
          <section aria-label={t("steps.ssh")} className="grid gap-3 border-t pt-4">
            <p className="font-medium text-foreground-2 text-xs">{t("steps.ssh")}</p>
            <Outcome test={ssh} running={t("test.signingIn")}>
              {(result, test) => <SshResult result={result} test={test} />}
            </Outcome>
          </section>
        )}
      </div>
    </Dialog>
  );
}

interface OutcomeProps<Kind extends keyof Tests> {
  test: ConnectionTest<Kind>;
  running: string;
  children(result: Tests[Kind], test: Tested): ReactNode;
}

function Outcome<Kind extends keyof Tests>({ test, running, children }: OutcomeProps<Kind>) {
  const { done } = test;
  const t = useTranslations("serverForm.test");
  if (test.running) return <Running text={running} onAbandon={test.abandon} />;
  if (done === null) return <Button onClick={test.run}>{t("again")}</Button>;
  const { answer } = done;
  const tested: Tested = { run: test.run, stale: false, done };
  return answer.ok ? children(answer.result, tested) : <RequestFailed answer={answer} test={tested} />;
}
