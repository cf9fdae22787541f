// Where the object of an event can be looked at. Pure.
import type { ActivityEvent } from "@/lib/activity/schema";
import { PERMISSIONS, type Role } from "@/lib/users/permissions";

const PAGES: Readonly<Record<string, (target: NonNullable<ActivityEvent["target"]>, role: Role) => string | null>> = {
  server: ({ name }) => `/servers/${encodeURIComponent(name)}`,
  user: ({ name }, role) =>
    PERMISSIONS[role].includes("users:manage") ? `/admin/users?search=${encodeURIComponent(name)}` : null,
  settings: (_, role) => (PERMISSIONS[role].includes("settings:read") ? "/admin/settings" : null),
  history: () => "/history",
  channel: ({ id }) => `/streams/${encodeURIComponent(id)}`,
};

/** The page of an event's target, or null where there is none that this role may open. */
export function targetHref({ type, target }: ActivityEvent, role: Role): string | null {
  if (!target || type === "server_removed" || !Object.hasOwn(PAGES, target.kind)) return null;
  return PAGES[target.kind]?.(target, role) ?? null;
}
