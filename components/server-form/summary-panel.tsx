import { useTranslations } from "next-intl";
import { readsOverSsh, sslmodeOf } from "./draft";
import { missingOf } from "./missing";
import { FactRows } from "./result-head";
import type { ServerForm } from "./use-server-form";
import type { ConnectionTest } from "./use-test";

/** What is about to be saved, and what of it was seen to work. */
export function SummaryPanel({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.summary");
  const { draft, tests } = form;
  const overSsh = readsOverSsh(draft);
  const host = draft.host.trim();
  const socket = host.startsWith("/");
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const address = socket ? host : `${bracketed}:${draft.port.trim()}`;
  const ssh = `${draft.ssh_user.trim()}@${draft.ssh_host.trim() || host}`;
  const mono = (text: string) => <span className="mono break-all">{text}</span>;
  const facts = [
    { name: t("name"), value: draft.name.trim() || t("missing") },
    ...(draft.postgres
      ? [
          { name: t("address"), value: host ? mono(address) : t("missing") },
          { name: t("tls"), value: mono(sslmodeOf(draft)) },
          { name: t("tested"), value: t(`outcome.${outcomeOf(tests.pg)}`) },
        ]
      : [{ name: t("address"), value: t("noPostgres") }]),
    { name: t("ssh"), value: draft.here ? t("local") : overSsh ? mono(ssh) : t("off") },
    ...(overSsh ? [{ name: t("sshTested"), value: t(`outcome.${outcomeOf(tests.ssh)}`) }] : []),
  ];
  return (
    <>
      <p className="font-semibold text-sm">{t("title")}</p>
      <FactRows facts={facts} />
      <p className="mt-auto text-muted-foreground text-xs">{t("next")}</p>
    </>
  );
}

type Outcome = "never" | "running" | "stale" | "failed" | "lacking" | "ok";

function outcomeOf<Kind extends "pg" | "ssh">({ running, done, stale }: ConnectionTest<Kind>): Outcome {
  if (running) return "running";
  if (done === null) return "never";
  if (stale) return "stale";
  if (!done.answer.ok || !done.answer.result.success) return "failed";
  const { result } = done.answer;
  return "privileges" in result && missingOf(result) > 0 ? "lacking" : "ok";
}
