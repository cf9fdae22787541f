"use client";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { TooltipProvider } from "../ui/tooltip";
import { Header } from "./header";
import { LiveBanner } from "./live-banner";
import { menuOf } from "./navigation";
import { type OpenDialog, ShellDialogs } from "./shell-dialogs";
import type { Command } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { useModifier } from "./use-modifier";
import { useShortcuts } from "./use-shortcuts";
import type { Viewer, ViewerActions } from "./viewer";

interface ShellProps {
  viewer: Viewer;
  actions: ViewerActions;
  /** As the viewer left it. */
  collapsed: boolean;
  children: ReactNode;
}

/** Menu, header and keyboard around every page. */
export function Shell({ viewer, actions, collapsed, children }: ShellProps) {
  const t = useTranslations("common");
  const router = useRouter();
  const modifier = useModifier();
  const [narrow, setNarrow] = useState(collapsed);
  const [open, setOpen] = useState<OpenDialog>(null);
  const menu = menuOf(viewer.role);

  const toggleSidebar = () => {
    setNarrow(!narrow);
    void actions.saveSidebar(!narrow);
  };
  const run = (command: Command) => {
    if (command.type === "go") {
      if (menu.some(({ href }) => href === command.href)) router.push(command.href);
    } else if (command.type === "help") setOpen("help");
    else if (command.type === "sidebar") toggleSidebar();
    else if (command.type === "palette" || !focusSearch()) setOpen("palette");
  };
  useShortcuts(run);

  return (
    <TooltipProvider>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-primary focus:px-3 focus:py-1.5 focus:text-sm focus:text-primary-foreground"
      >
        {t("skip")}
      </a>
      <div className="flex min-h-dvh">
        <Sidebar menu={menu} viewer={viewer} actions={actions} narrow={narrow} onToggle={toggleSidebar} />
        <div className="flex min-w-0 flex-1 flex-col">
          <Header onMenu={() => setOpen("drawer")} onSearch={() => setOpen("palette")} modifier={modifier} />
          <LiveBanner />
          <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col p-4 outline-none max-md:p-3">
            {children}
          </main>
        </div>
      </div>
      <ShellDialogs
        open={open}
        onOpen={setOpen}
        menu={menu}
        viewer={viewer}
        actions={actions}
        modifier={modifier}
        onSidebar={toggleSidebar}
      />
    </TooltipProvider>
  );
}

/** The page's own search field, where there is one. */
function focusSearch(): boolean {
  const field = document.querySelector<HTMLElement>("main input[type=search]");
  field?.focus();
  return field !== null;
}
