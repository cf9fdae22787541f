import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { startTransition, useActionState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { readSourceErrors, type SourceErrors } from "./source-errors";

interface SourceAction {
  run(): void;
  pending: boolean;
  /** What was refused, of a field or of the whole form. */
  errorOf(place: keyof SourceErrors): string | undefined;
}

const NO_ERRORS: SourceErrors = {};

/**
 * Asks the server, and keeps what it refused; what was typed stays.
 * @param ask asks the server
 * @param onDone gets what the server answered
 */
export function useSourceAction<Data>(
  ask: () => Promise<ActionResult<Data>>,
  onDone: (data: Data) => void,
): SourceAction {
  const t = useTranslations("streamSources.refused");
  const router = useRouter();
  const [errors, start, pending] = useActionState(async (): Promise<SourceErrors> => {
    const result = await ask().catch(() => null);
    if (result !== null) router.refresh();
    if (!result?.ok) return readSourceErrors(result?.error);
    onDone(result.data);
    return NO_ERRORS;
  }, NO_ERRORS);
  return {
    pending,
    run() {
      if (!pending) startTransition(start);
    },
    errorOf(place) {
      const refusal = errors[place];
      return refusal && t(refusal);
    },
  };
}
