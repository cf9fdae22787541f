"use client";
import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { Toaster as Sonner } from "sonner";
import { useTheme } from "../theme-provider";

/** Toasts: what was done, at the bottom right. */
export function Toaster() {
  const { theme } = useTheme();
  return (
    <Sonner
      theme={theme}
      position="bottom-right"
      closeButton={false}
      icons={{
        success: <CircleCheck aria-hidden className="icon-16 text-ok" />,
        warning: <TriangleAlert aria-hidden className="icon-16 text-warn" />,
        error: <OctagonAlert aria-hidden className="icon-16 text-crit" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "font-sans flex w-[356px] max-w-[calc(100vw-32px)] items-start gap-2.5 rounded-lg border border-border-strong bg-popover p-3 text-foreground",
          title: "text-sm font-medium",
          description: "text-xs text-muted-foreground!",
          actionButton: "ml-auto h-[26px] rounded-md border border-border-strong bg-card px-2 text-xs font-medium",
        },
      }}
    />
  );
}
