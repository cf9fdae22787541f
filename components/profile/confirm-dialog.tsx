import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import { FormError } from "../account/form-error";
import { Dialog } from "../ui/dialog";
import { DialogButtons } from "./dialog-buttons";
import { useProfileAction } from "./use-profile-action";

interface ConfirmDialogProps<Data> {
  title: string;
  /** Names the thing, and what its end means. */
  text: string;
  submit: string;
  /** What was done, in a toast. */
  done(data: Data): string;
  run(): Promise<ActionResult<Data>>;
  onDone(): void;
  onClose(): void;
}

/** Asks before what cannot be undone. */
export function ConfirmDialog<Data>({ title, text, submit, done, run, onDone, onClose }: ConfirmDialogProps<Data>) {
  const form = useProfileAction(run, (data) => {
    toast.success(done(data));
    onClose();
    onDone();
  });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title}>
      <form action={form.submit} className="grid gap-3 p-4">
        <p className="text-sm">{text}</p>
        <FormError>{form.failure}</FormError>
        <DialogButtons submit={submit} pending={form.pending} onCancel={onClose} danger />
      </form>
    </Dialog>
  );
}
