import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog } from "radix-ui";
import type { ReactNode, RefObject } from "react";

interface FormFrameProps {
  title: string;
  /** Below the title. */
  steps: ReactNode;
  children: ReactNode;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null> | undefined;
}

/** A wide dialog that fills a phone; a click beside it closes nothing, since something may have been typed. */
export function FormFrame({ title, steps, children, onClose, returnTo }: FormFrameProps) {
  const t = useTranslations("common");
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          // The form puts the cursor where it belongs.
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => {
            if (!returnTo) return;
            event.preventDefault();
            returnTo.current?.focus();
          }}
          // Below the scrim of a question that is asked on top of it.
          className="fixed inset-x-0 top-[max(24px,50dvh-320px)] z-40 mx-auto flex max-h-[min(100dvh-48px,50dvh+296px)] w-[calc(100%-24px)] max-w-[940px] animate-appear flex-col overflow-hidden rounded-lg border border-border-strong bg-popover outline-none max-md:top-0 max-md:h-dvh max-md:max-h-none max-md:w-full max-md:rounded-none max-md:border-0"
        >
          <div className="relative shrink-0 border-b px-4 pt-3.5 pb-3">
            <Dialog.Title className="pr-10 font-semibold text-lg">{title}</Dialog.Title>
            {steps}
            <Dialog.Close
              aria-label={t("close")}
              className="absolute top-3 right-3 inline-flex size-7 items-center justify-center rounded-md text-muted-foreground transition-colors hover:bg-hover hover:text-foreground max-md:top-2 max-md:right-2 max-md:size-9"
            >
              <X aria-hidden className="icon-16" />
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
