import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog as DialogPrimitive } from "radix-ui";
import type { ReactNode, RefObject } from "react";
import { cn } from "@/lib/utils";

interface DialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  title: string;
  /** Read out with the title. */
  description?: string;
  children: ReactNode;
  className?: string;
  /** The title is only read out, not shown (command palette). */
  bare?: boolean;
  /** Where the focus goes afterwards, if what opened it is gone by then, as the entry of a menu is. */
  returnTo?: RefObject<HTMLElement | null>;
}

/** A modal window: focus stays inside, Escape closes it. */
export function Dialog({ open, onOpenChange, title, description, children, className, bare, returnTo }: DialogProps) {
  return (
    <DialogPrimitive.Root open={open} onOpenChange={onOpenChange}>
      <DialogPrimitive.Portal>
        <DialogPrimitive.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <DialogPrimitive.Content
          {...(description === undefined && { "aria-describedby": undefined })}
          onCloseAutoFocus={(event) => {
            if (!returnTo) return;
            event.preventDefault();
            returnTo.current?.focus();
          }}
          className={cn(
            "fixed inset-x-3 top-[12vh] z-50 mx-auto max-h-[76vh] max-w-lg max-md:top-3 max-md:max-h-[calc(100dvh-24px)] animate-appear overflow-auto rounded-lg border border-border-strong bg-popover outline-none",
            className,
          )}
        >
          <div className={bare ? "sr-only" : "flex h-12 shrink-0 items-center border-b px-4"}>
            <DialogPrimitive.Title className="text-lg font-semibold">{title}</DialogPrimitive.Title>
            {!bare && <DialogCloseButton />}
          </div>
          {description !== undefined && (
            <DialogPrimitive.Description className="sr-only">{description}</DialogPrimitive.Description>
          )}
          {children}
        </DialogPrimitive.Content>
      </DialogPrimitive.Portal>
    </DialogPrimitive.Root>
  );
}

function DialogCloseButton() {
  const t = useTranslations("common");
  return (
    <DialogPrimitive.Close
      aria-label={t("close")}
      className="-mr-1 ml-auto inline-flex size-7 items-center justify-center rounded-md text-muted-foreground transition-colors hover:bg-hover hover:text-foreground max-md:size-9"
    >
      <X aria-hidden className="icon-16" />
    </DialogPrimitive.Close>
  );
}
