import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { SessionView } from "./session-watch";

interface SessionExpiryDialogProps {
  view: SessionView;
  onGoOn(): void;
  onSignOut(): void;
}

/** Asks whether anybody is there, and counts down to the end of the session. Escape goes on, too: somebody pressed it. */
export function SessionExpiryDialog({ view: { secondsLeft, final }, onGoOn, onSignOut }: SessionExpiryDialogProps) {
  const t = useTranslations("sessionExpiry");
  return (
    <Dialog
      open
      onOpenChange={(stays) => !stays && onGoOn()}
      title={t("title")}
      description={final ? t("longest") : t("question")}
      className="max-w-md"
    >
      <div className="grid gap-4 p-4">
        <p aria-hidden>{final ? t("longest") : t("question")}</p>
        <p role="timer" aria-label={t("left")} className="text-2xl font-semibold tabular-nums">
          {clock(secondsLeft)}
        </p>
        <p aria-live="assertive" className="sr-only">
          {spoken(secondsLeft, t)}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onSignOut}>{t("signOut")}</Button>
          <Button ref={takeFocus} variant="primary" onClick={onGoOn}>
            {final ? t("understood") : t("goOn")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

/** The same function each time: React calls it once, when the button appears. */
const takeFocus = (button: HTMLButtonElement | null): void => button?.focus();

/** `4:07` */
const clock = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Read out when it changes: each minute, then at 30 and 10 seconds; nobody can listen to every second. */
function spoken(seconds: number, t: ReturnType<typeof useTranslations<"sessionExpiry">>): string {
  if (seconds > 60) return t("minutes", { count: Math.ceil(seconds / 60) });
  const step = [10, 30].find((limit) => seconds <= limit) ?? 60;
  return t("seconds", { count: step });
}
