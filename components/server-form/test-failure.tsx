import { useTranslations } from "next-intl";
import { REASONS, type Reason } from "../servers/reason";
import type { TestAnswer } from "./ask-test";
import { ResultHead, type Tested } from "./result-head";

/** Failures with a sentence on what to do. */
const REMEDIED = [
  "dns",
  "refused",
  "timeout",
  "tls",
  "auth",
  "too_many_connections",
  "starting_up",
  "unreachable",
  "no_database",
  "protocol",
  "ssh_unreachable",
  "ssh_auth",
] as const;

/** A failure's code as a sentence; of an unknown one that it failed. */
export function useFailureTitle(): (code: string | null) => string {
  const t = useTranslations("reasons.text");
  return (code) => t(REASONS.find((one): one is Reason => one === code) ?? "internal");
}

interface FailureProps {
  code: string | null;
  /** What the other side said. */
  message: string;
}

/** What was said, and what helps. */
export function Failure({ code, message }: FailureProps) {
  const t = useTranslations("serverForm.remedies");
  const remedied = REMEDIED.find((one) => one === code);
  return (
    <div className="grid gap-3 text-xs">
      <p className="break-words rounded-md border border-crit-line bg-crit-soft px-2.5 py-1.5 text-crit-text">
        {message}
      </p>
      {remedied && <p className="text-foreground-2">{t(remedied)}</p>}
    </div>
  );
}

interface RequestFailedProps<Kind extends "pg" | "ssh"> {
  answer: Extract<TestAnswer<Kind>, { ok: false }>;
  test: Tested;
}

/** The test itself could not be asked for. */
export function RequestFailed<Kind extends "pg" | "ssh">({ answer, test }: RequestFailedProps<Kind>) {
  const t = useTranslations("serverForm.test");
  const known = (["invalid", "forbidden", "unauthenticated", "too_many_requests", "not_found"] as const).find(
    (code) => code === answer.code,
  );
  return (
    <>
      <ResultHead verdict="crit" title={t("notTested")} took={null} test={test} />
      <p className="text-foreground-2 text-xs">{t(`refused.${known ?? "other"}`)}</p>
      {answer.fields.length > 0 && (
        <ul className="grid gap-1 text-xs">
          {answer.fields.map(({ path, message }) => (
            <li key={path + message}>
              <code className="mono">{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
