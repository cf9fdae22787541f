"use client";
import { LoaderCircle, Plus } from "lucide-react";
import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { Button } from "../ui/button";
import type { ServerActions } from "./server-actions";
import { useServerDialog } from "./use-server-dialog";

interface AddServerButtonProps {
  actions: ServerActions;
  /** Whether `?add=1` opens it, as the command palette does: say so of one button of a page. */
  byAddress?: boolean;
}

/** The way to another server. Shown to whoever may register one. */
export function AddServerButton({ actions, byAddress = false }: AddServerButtonProps) {
  const t = useTranslations("serverForm");
  const button = useRef<HTMLButtonElement>(null);
  const address = useAddress(byAddress);
  const { open, loading, dialog } = useServerDialog({ actions, returnTo: button, onClose: address.clear });
  const openNow = useRef(open);
  openNow.current = open;
  useEffect(() => {
    if (address.asked) void openNow.current();
  }, [address.asked]);
  const Icon = loading ? LoaderCircle : Plus;
  return (
    <>
      <Button ref={button} variant="primary" aria-disabled={loading || undefined} onClick={() => void open()}>
        <Icon aria-hidden className={loading ? "motion-safe:animate-spin" : undefined} />
        {t("add")}
      </Button>
      {dialog}
    </>
  );
}

/** Whether the address asks for the dialog, and how it stops asking once it was answered. */
function useAddress(byAddress: boolean): { asked: boolean; clear(): void } {
  const router = useRouter();
  const pathname = usePathname();
  const search = useSearchParams();
  const asked = byAddress && search.get("add") === "1";
  const clear = () => {
    if (!asked) return;
    const rest = new URLSearchParams(search);
    rest.delete("add");
    router.replace(rest.size > 0 ? `${pathname}?${rest}` : pathname, { scroll: false });
  };
  return { asked, clear };
}
