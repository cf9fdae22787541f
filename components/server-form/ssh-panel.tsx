import { useLocale, useTranslations } from "next-intl";
import type { SshTest } from "@/lib/fleet/test-schema";
import { formatUnit, joinUnit } from "@/lib/format";
import { readsOverSsh } from "./draft";
import { HostKey } from "./host-key";
import { FactRows, ResultHead, Running, type Tested } from "./result-head";
import { Failure, RequestFailed, useFailureTitle } from "./test-failure";
import type { ServerForm } from "./use-server-form";

/** Beside the form: what SSH brings, that a test runs, or what it told. */
export function SshPanel({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const test = form.tests.ssh;
  const asked = readsOverSsh(form.draft);
  if (asked && test.running) return <Running text={t("test.signingIn")} onAbandon={test.abandon} />;
  if (!asked || test.done === null) return <WhyMachine />;
  const { answer } = test.done;
  if (!answer.ok) return <RequestFailed answer={answer} test={{ ...test, done: test.done }} />;
  const { host_key: key, host_key_state: state } = answer.result;
  const asks = key !== null && (state === "unknown" || state === "changed");
  return (
    <>
      <SshResult result={answer.result} test={{ ...test, done: test.done }} />
      {asks && !test.stale && <HostKey result={{ ...answer.result, host_key: key }} form={form} />}
    </>
  );
}

/** What reading a machine brings. */
export function WhyMachine() {
  const t = useTranslations("serverForm.ssh");
  return (
    <>
      <div className="grid gap-1">
        <p className="font-semibold text-sm">{t("whyTitle")}</p>
        <p className="text-foreground-2 text-xs">{t("why")}</p>
      </div>
      <p className="text-foreground-2 text-xs">{t("rights")}</p>
      <p className="mt-auto text-muted-foreground text-xs">{t("first")}</p>
    </>
  );
}

/** Of a server's menu, too, where nothing can be confirmed. */
export function SshResult({ result, test }: { result: SshTest; test: Tested }) {
  const t = useTranslations("serverForm");
  const locale = useLocale();
  const failureTitle = useFailureTitle();
  const { round_trip_ms: ms, host_key: key, host_key_state: state, system, success } = result;
  const took = ms === null ? null : t("test.took", { time: joinUnit(formatUnit(ms, "ms", locale)) });
  const title = success
    ? t("test.connected")
    : state === "unknown" || state === "changed"
      ? t(`hostKey.title.${state}`)
      : failureTitle(result.code);
  const facts = [
    { name: t("facts.system"), value: system },
    { name: t("facts.hostKey"), value: key && <span className="mono break-all">{key.fingerprint}</span> },
  ].filter(({ value }) => value !== null);
  const verdict = success ? "ok" : state === "unknown" ? "warn" : "crit";
  return (
    <>
      <ResultHead verdict={verdict} title={title} took={took} test={test} />
      {success && <FactRows facts={facts} />}
      {!success && state !== "unknown" && state !== "changed" && (
        <Failure code={result.code} message={result.message} />
      )}
    </>
  );
}
