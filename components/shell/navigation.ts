// The menu, as data: one line per page that exists.
import {
  Activity,
  Braces,
  ChartLine,
  KeyRound,
  LayoutDashboard,
  type LucideIcon,
  Radio,
  RadioTower,
  ScrollText,
  Server,
  Settings,
  ShieldCheck,
  Users,
} from "lucide-react";
import { PERMISSIONS, type Permission, type Role } from "@/lib/users/permissions";

export interface NavigationItem {
  /** Key of its name in the messages (`navigation.<id>`). */
  id:
    | "overview"
    | "servers"
    | "streams"
    | "activity"
    | "history"
    | "sshKeys"
    | "users"
    | "logs"
    | "audit"
    | "collector"
    | "settings"
    | "docs";
  href: string;
  icon: LucideIcon;
  /** Second key after `g`. */
  key: string;
  /** Stands below the others, under a name of its own (`navigation.<group>`). */
  group?: "admin";
  /** Who may open it; without one everybody. */
  permission?: Permission;
}

export const NAVIGATION: readonly NavigationItem[] = [
  { id: "overview", href: "/", icon: LayoutDashboard, key: "o" },
  { id: "servers", href: "/servers", icon: Server, key: "s" },
  { id: "streams", href: "/streams", icon: Radio, key: "m" },
  { id: "activity", href: "/activity", icon: Activity, key: "a" },
  { id: "history", href: "/history", icon: ChartLine, key: "h" },
  { id: "sshKeys", href: "/ssh-keys", icon: KeyRound, key: "k", group: "admin", permission: "ssh_keys:read" },
  { id: "users", href: "/admin/users", icon: Users, key: "u", group: "admin", permission: "users:manage" },
  { id: "audit", href: "/admin/audit", icon: ShieldCheck, key: "i", group: "admin", permission: "audit:read" },
  { id: "logs", href: "/admin/logs", icon: ScrollText, key: "l", group: "admin", permission: "logs:read" },
  {
    id: "collector",
    href: "/admin/collector",
    icon: RadioTower,
    key: "c",
    group: "admin",
    permission: "collector:read",
  },
  { id: "settings", href: "/admin/settings", icon: Settings, key: "t", group: "admin", permission: "settings:read" },
  { id: "docs", href: "/docs", icon: Braces, key: "d", group: "admin" },
];

/** What of the menu a role may open. A group that would hold nothing but what everybody may open is none. */
export function menuOf(role: Role): NavigationItem[] {
  const open = NAVIGATION.filter(
    ({ permission }) => permission === undefined || PERMISSIONS[role].includes(permission),
  );
  const grouped = open.some(({ group, permission }) => group !== undefined && permission !== undefined);
  return grouped ? open : open.map(({ group: _, ...item }) => item);
}

/** Whether the page, or a page below it, is the one at `path`. */
export function isCurrent(item: NavigationItem, path: string): boolean {
  return item.href === "/" ? path === "/" : path === item.href || path.startsWith(`${item.href}/`);
}

/** Whether a role may open the page at `path`; what the menu does not hold says so itself. */
export function isOpenTo(role: Role, path: string): boolean {
  const permission = NAVIGATION.find((item) => isCurrent(item, path))?.permission;
  return permission === undefined || PERMISSIONS[role].includes(permission);
}

export interface Crumb {
  /** A menu page by its id, or the name of a thing. */
  id?: NavigationItem["id"] | "password" | "profile" | "streamAnalytics" | "streamSources";
  name?: string;
  /** Its name is the id of a channel, which may be called otherwise. */
  isChannel?: true;
  href: string;
}

/** Pages below others that are not called after a thing. */
const BELOW: Readonly<Record<string, Crumb["id"]>> = {
  "/streams/analytics": "streamAnalytics",
  "/streams/sources": "streamSources",
};

/**
 * The way to the page at `path`, from the menu page down; `/servers/shop/host` → Servers, shop;
 * `/servers/shop/databases/till` → Servers, shop, till.
 */
export function crumbsOf(path: string): Crumb[] {
  if (path === "/password") return [{ id: "password", href: path }];
  if (path === "/profile") return [{ id: "profile", href: path }];
  const item = NAVIGATION.find((candidate) => isCurrent(candidate, path));
  if (!item) return [];
  const [name, section, database] = path.slice(item.href.length).split("/").filter(Boolean);
  const page: Crumb = { id: item.id, href: item.href };
  if (item.href === "/" || name === undefined) return [page];
  const below = BELOW[`${item.href}/${name}`];
  if (below) return [page, { id: below, href: `${item.href}/${name}` }];
  if (item.id === "streams") return [page, { name: decoded(name), isChannel: true, href: `${item.href}/${name}` }];
  const server: Crumb = { name: decoded(name), href: `${item.href}/${name}` };
  if (item.id !== "servers" || section !== "databases" || database === undefined) return [page, server];
  return [page, server, { name: decoded(database), href: path }];
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
