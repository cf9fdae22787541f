import type { Locale } from "@/lib/i18n/locales";
import type { NavigationItem } from "./navigation";

/** What the shell does for its viewer; the pages' layout hands these server actions in. */
export interface ViewerActions {
  saveLanguage(locale: Locale): Promise<void>;
  saveSidebar(collapsed: boolean): Promise<void>;
  signOut(): Promise<{ ok: boolean }>;
}

export type Waiting = Partial<Record<NavigationItem["id"], number>>;

/** Who is signed in, as the shell shows it. */
export interface Viewer {
  login: string;
  role: "admin" | "operator" | "viewer";
  /** How much waits for the viewer behind entries of the menu. */
  waiting?: Waiting;
}
