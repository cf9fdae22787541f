import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";

interface CopyButtonProps {
  text: string;
  /** What it copies, read out after "Copy" where there are several. */
  about?: string;
}

/** Puts a text on the clipboard, and says whether it is there. */
export function CopyButton({ text, about }: CopyButtonProps) {
  const t = useTranslations("profile.copy");
  const [state, setState] = useState<"idle" | "copied" | "failed">("idle");
  const copy = async () => setState((await toClipboard(text)) ? "copied" : "failed");
  return (
    <>
      <Button onClick={() => void copy()} aria-label={about && `${t("copy")}: ${about}`}>
        {state === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
        {t("copy")}
      </Button>
      <span role="status" className={state === "failed" ? "text-crit-text text-xs" : "text-muted-foreground text-xs"}>
        {state === "idle" ? "" : t(state)}
      </span>
    </>
  );
}

/** Browsers give the clipboard to pages under HTTPS and on this machine only; the older way works everywhere. */
async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const area = document.createElement("textarea");
  area.value = text;
  // Inside of an open dialog, where the focus may go.
  (document.activeElement?.parentElement ?? document.body).append(area);
  area.select();
  const done = document.execCommand?.("copy") ?? false;
  area.remove();
  return done;
}
