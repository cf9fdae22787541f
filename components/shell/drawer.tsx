import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { Dialog } from "radix-ui";
import { NavList } from "./nav-list";
import type { NavigationItem } from "./navigation";
import { Brand } from "./sidebar";
import { UserPanel } from "./user-panel";
import type { Viewer, ViewerActions } from "./viewer";

interface DrawerProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  menu: readonly NavigationItem[];
  viewer: Viewer;
  actions: ViewerActions;
}

/** The menu on a phone: slides in over the page. */
export function Drawer({ open, onOpenChange, menu, viewer, actions }: DrawerProps) {
  const t = useTranslations();
  const close = () => onOpenChange(false);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-scrim md:hidden" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-y-0 left-0 z-50 flex w-72 max-w-[84vw] animate-slide flex-col border-r bg-sidebar outline-none md:hidden"
        >
          <Dialog.Title className="sr-only">{t("navigation.main")}</Dialog.Title>
          <div className="flex h-12 items-center pr-2 pl-4">
            <Brand onNavigate={close} />
            <Dialog.Close
              aria-label={t("common.close")}
              className="ml-auto inline-flex size-9 items-center justify-center rounded-md text-muted-foreground hover:bg-hover"
            >
              <X aria-hidden className="icon-16" />
            </Dialog.Close>
          </div>
          <NavList menu={menu} onNavigate={close} waiting={viewer.waiting} />
          <UserPanel viewer={viewer} actions={actions} onNavigate={close} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
