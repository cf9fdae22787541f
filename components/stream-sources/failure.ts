/** Failures that have words of their own; a text beside them says more. */
const FAILURES = ["dns", "refused", "timeout", "tls", "auth", "unreachable", "protocol"] as const;

/** @returns undefined where only the text tells */
export const failureOf = (code: string | null) => FAILURES.find((one) => one === code);
