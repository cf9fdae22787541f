import type { Locale } from "@/lib/i18n/locales";

/** What the shell does for its viewer; the pages' layout hands these server actions in. */
export interface ViewerActions {
  saveLanguage(locale: Locale): Promise<void>;
  saveSidebar(collapsed: boolean): Promise<void>;
  signOut(): Promise<{ ok: boolean }>;
}

/** Who is signed in, as the shell shows it. */
export interface Viewer {
  login: string;
  role: "admin" | "operator" | "viewer";
}
