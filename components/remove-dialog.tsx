import { usePathname, useRouter } from "next/navigation";
import { type FormEvent, type RefObject, useState } from "react";
import { FormError } from "./account/form-error";
import { Button } from "./ui/button";
import { Dialog } from "./ui/dialog";
import { Field } from "./ui/field";

export interface RemoveDialogProps {
  title: string;
  /** What goes, and what stays. */
  points: readonly string[];
  /** Asks to type one of `names`. */
  label: string;
  names: readonly string[];
  words: { cancel: string; submit: string; pending?: string };
  /** Gives what to say of a refusal, or null where it is done. */
  remove(): Promise<string | null>;
  /** Its own page, which is gone then with all below it, and that of all the others. */
  own: string;
  all: string;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what goes, and asks for the name before it does. */
export function RemoveDialog({ title, points, label, names, words, onClose, ...rest }: RemoveDialogProps) {
  const { remove, own, all, ...focus } = rest;
  const router = useRouter();
  const pathname = usePathname();
  const [typed, setTyped] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const sure = names.includes(typed);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!sure || pending) return;
    setPending(true);
    const refused = await remove();
    setPending(false);
    if (refused !== null) return setError(refused);
    onClose();
    if (`${pathname}/`.startsWith(`${own}/`)) router.push(all);
    router.refresh();
  };
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={title}>
      <form onSubmit={submit} className="grid gap-3 p-4">
        <ul className="grid list-disc gap-1 pl-4 text-sm">
          {points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
        <Field
          label={label}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <FormError>{error}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="destructive" disabled={!sure} aria-disabled={pending || undefined}>
            {pending ? (words.pending ?? words.submit) : words.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
