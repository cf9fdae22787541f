import { useTranslations } from "next-intl";
import { toast } from "sonner";
import type { ViewerActions } from "./viewer";

/** Ends the session on the server, then leaves the application; a failure is told, since the session still stands. */
export function useSignOut(signOut: ViewerActions["signOut"]): () => Promise<void> {
  const t = useTranslations("shell");
  return async () => {
    const ended = await signOut().catch(() => ({ ok: false }));
    // A full load: nothing of the session stays in the page's memory.
    if (ended.ok) window.location.assign("/login");
    else toast.error(t("signOutFailed"), { description: t("signOutFailedHint") });
  };
}
