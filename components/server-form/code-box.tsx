import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";

interface CodeBoxProps {
  /** Where it is run, and as whom. */
  title: string;
  code: string;
}

/** Something to be run elsewhere, with a button that copies it. */
export function CodeBox({ title, code }: CodeBoxProps) {
  const t = useTranslations("serverForm.copy");
  const [state, setState] = useState<"copy" | "copied" | "failed">("copy");
  const copy = () =>
    copyText(code).then(
      () => setState("copied"),
      () => setState("failed"),
    );
  return (
    <div className="min-w-0 rounded-md border border-border-strong bg-card">
      <div className="flex items-center justify-between gap-2 border-b border-border-strong py-0.5 pr-1 pl-2.5 text-foreground-2 text-xs">
        {title}
        <Button variant="ghost" size="sm" aria-label={`${t("copy")}: ${title}`} onClick={() => void copy()}>
          {state === "copied" ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t(state)}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <pre tabIndex={0} className="mono max-h-40 overflow-auto whitespace-pre-wrap break-words px-2.5 py-2">
        {code}
      </pre>
      <span role="status" className="sr-only">
        {state === "copy" ? "" : t(state)}
      </span>
    </div>
  );
}

/** Browsers give the clipboard to pages under HTTPS and on this machine only; the older way works everywhere. */
async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    // Inside of the open dialog, where the focus may go.
    const { activeElement } = document;
    (activeElement?.parentElement ?? document.body).append(area);
    area.select();
    const done = document.execCommand?.("copy") ?? false;
    area.remove();
    if (activeElement instanceof HTMLElement) activeElement.focus();
    if (!done) throw new Error("The browser does not copy");
  }
}
