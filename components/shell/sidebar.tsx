import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { Mark } from "../brand";
import { Tooltip } from "../ui/tooltip";
import { NavList } from "./nav-list";
import type { NavigationItem } from "./navigation";
import { UserPanel } from "./user-panel";
import type { Viewer, ViewerActions } from "./viewer";

interface SidebarProps {
  menu: readonly NavigationItem[];
  viewer: Viewer;
  actions: ViewerActions;
  narrow: boolean;
  onToggle(): void;
}

/** The menu beside the page, 208 wide or 52 with icons only. */
export function Sidebar({ menu, viewer, actions, narrow, onToggle }: SidebarProps) {
  const t = useTranslations("shell");
  const label = narrow ? t("expand") : t("collapse");
  const Icon = narrow ? PanelLeftOpen : PanelLeftClose;
  return (
    <aside
      aria-label={t("sidebar")}
      className={cn(
        "sticky top-0 flex h-dvh shrink-0 flex-col border-r bg-sidebar max-md:hidden",
        narrow ? "w-(--sidebar-icons)" : "w-(--sidebar-width)",
      )}
    >
      <div className={cn("flex items-center", narrow ? "flex-col gap-2 pt-3 pb-2" : "h-12 pr-2.5 pl-3.5")}>
        <Brand narrow={narrow} />
        <Tooltip content={label} side="right">
          <button
            type="button"
            aria-label={label}
            aria-expanded={!narrow}
            aria-keyshortcuts="Control+B Meta+B"
            onClick={onToggle}
            className={cn(
              "inline-flex size-7 items-center justify-center rounded-md text-muted-foreground transition-colors hover:bg-hover hover:text-foreground",
              !narrow && "ml-auto",
            )}
          >
            <Icon aria-hidden className="icon-16" />
          </button>
        </Tooltip>
      </div>
      <div className="mt-1 flex-1 overflow-y-auto">
        <NavList menu={menu} narrow={narrow} waiting={viewer.waiting} />
      </div>
      <UserPanel viewer={viewer} actions={actions} narrow={narrow} />
    </aside>
  );
}

/** Mark and name, leading home. */
export function Brand({ narrow, onNavigate }: { narrow?: boolean; onNavigate?(): void }) {
  return (
    <Link href="/" onClick={onNavigate} className="flex items-center gap-2.5 rounded-sm">
      <Mark className="h-[18px] w-4" />
      <span className={cn("text-base font-semibold", narrow && "sr-only")} translate="no">
        {"Dozor"}
      </span>
    </Link>
  );
}
