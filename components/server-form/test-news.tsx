import { useTranslations } from "next-intl";
import { missingOf } from "./missing";
import { useFailureTitle } from "./test-failure";
import type { ServerForm } from "./use-server-form";

/** What a person who cannot see the panel hears of a test. */
export function TestNews({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const failureTitle = useFailureTitle();
  const news = () => {
    const test = form.step === "ssh" ? form.tests.ssh : form.tests.pg;
    if (form.step === "labels") return "";
    if (test.running) return form.step === "ssh" ? t("test.signingIn") : t("test.connecting");
    if (test.done === null) return "";
    if (test.stale) return t("test.stale");
    const { answer } = test.done;
    if (!answer.ok) return t("test.notTested");
    const { result } = answer;
    if ("host_key_state" in result && (result.host_key_state === "unknown" || result.host_key_state === "changed")) {
      return t(`hostKey.title.${result.host_key_state}`);
    }
    if (!result.success) return `${failureTitle(result.code)}. ${result.message}`;
    const missing = "privileges" in result ? missingOf(result) : 0;
    return missing > 0 ? t("test.connectedLacking", { count: missing }) : t("test.connected");
  };
  return (
    <p role="status" className="sr-only">
      {news()}
    </p>
  );
}
