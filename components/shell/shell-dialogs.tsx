import dynamic from "next/dynamic";
import { PERMISSIONS } from "@/lib/users/permissions";
import type { NavigationItem } from "./navigation";
import type { Viewer, ViewerActions } from "./viewer";

// Only whoever opens one loads it.
const CommandPalette = dynamic(() => import("./command-palette").then((module) => module.CommandPalette), {
  ssr: false,
});
const ShortcutsDialog = dynamic(() => import("./shortcuts-dialog").then((module) => module.ShortcutsDialog), {
  ssr: false,
});
const Drawer = dynamic(() => import("./drawer").then((module) => module.Drawer), { ssr: false });

export type OpenDialog = "palette" | "help" | "drawer" | null;

interface ShellDialogsProps {
  open: OpenDialog;
  onOpen(dialog: OpenDialog): void;
  menu: readonly NavigationItem[];
  viewer: Viewer;
  actions: ViewerActions;
  modifier: string;
  onSidebar(): void;
}

/** What the shell opens over the page, one at a time. */
export function ShellDialogs({ open, onOpen, menu, viewer, actions, modifier, onSidebar }: ShellDialogsProps) {
  const dialog = { open: true, onOpenChange: (stays: boolean) => !stays && onOpen(null) };
  switch (open) {
    case "drawer":
      return <Drawer {...dialog} menu={menu} viewer={viewer} actions={actions} />;
    case "help":
      return <ShortcutsDialog {...dialog} menu={menu} modifier={modifier} />;
    case "palette":
      return (
        <CommandPalette
          {...dialog}
          menu={menu}
          mayAddServers={PERMISSIONS[viewer.role].includes("servers:write")}
          actions={actions}
          modifier={modifier}
          onSidebar={onSidebar}
          onShortcuts={() => onOpen("help")}
        />
      );
    default:
      return null;
  }
}
