import { useRouter } from "next/navigation";
import { type FormEvent, startTransition, useActionState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { readUserErrors, type UserErrors } from "./user-errors";

/**
 * What a form's submit does: what was refused, by field, and whether it is under way. The list is read anew after it, also
 * after a refusal, which mostly says that somebody else was faster. The form keeps what was typed (as an `action` it would not).
 * @param run asks the server
 * @param onDone gets what the server answered
 */
export function useUserAction<Data>(
  run: () => Promise<ActionResult<Data>>,
  onDone: (data: Data) => void,
): [errors: UserErrors, submit: (event: FormEvent) => void, pending: boolean] {
  const router = useRouter();
  const [errors, start, pending] = useActionState(async (): Promise<UserErrors> => {
    const result = await run().catch(() => null);
    if (result !== null) router.refresh();
    if (!result?.ok) return readUserErrors(result?.error);
    onDone(result.data);
    return {};
  }, {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) startTransition(start);
  };
  return [errors, submit, pending];
}
