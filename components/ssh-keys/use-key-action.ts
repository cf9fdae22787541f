import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, startTransition, useActionState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { type KeyErrors, NO_ERRORS, readKeyErrors } from "./key-errors";

interface KeyForm {
  submit(event: FormEvent): void;
  pending: boolean;
  /** What was refused, of a field or of the whole form. */
  errorOf(place: Exclude<keyof KeyErrors, "names">): string | undefined;
}

/**
 * A form's submit and what was refused. The list behind is read anew after it, also after a refusal, which mostly says that
 * somebody else was faster. What was typed stays.
 * @param run asks the server
 * @param onDone gets what the server answered
 */
export function useKeyAction<Data>(run: () => Promise<ActionResult<Data>>, onDone: (data: Data) => void): KeyForm {
  const t = useTranslations("sshKeys.refused");
  const router = useRouter();
  const [errors, start, pending] = useActionState(async (): Promise<KeyErrors> => {
    const result = await run().catch(() => null);
    if (result !== null) router.refresh();
    if (!result?.ok) return readKeyErrors(result?.error);
    onDone(result.data);
    return NO_ERRORS;
  }, NO_ERRORS);
  return {
    pending,
    submit(event) {
      event.preventDefault();
      if (!pending) startTransition(start);
    },
    errorOf(place) {
      const refusal = errors[place];
      return refusal && t(refusal, { names: errors.names.join(", ") });
    },
  };
}
