// How each kind of event looks: one table.
import {
  Activity,
  Ban,
  Bell,
  BellOff,
  CircleCheck,
  CirclePause,
  CirclePlay,
  CircleStop,
  CircleX,
  Database,
  DatabaseBackup,
  DatabaseZap,
  Hourglass,
  ListMinus,
  ListPlus,
  LogIn,
  type LucideIcon,
  OctagonAlert,
  OctagonX,
  Play,
  Recycle,
  RotateCcw,
  ServerCog,
  ServerOff,
  Settings,
  Shuffle,
  TriangleAlert,
  Unplug,
  UserCheck,
  UserPlus,
  UserX,
} from "lucide-react";
import type { ActivityType, Severity } from "@/lib/activity/schema";
import type { BadgeTone } from "../ui/badge";

/** Each kind has its own shape, so that it is told without colour. */
const ICONS: Readonly<Record<ActivityType, LucideIcon>> = {
  server_down: OctagonX,
  server_up: CircleCheck,
  server_restarted: RotateCcw,
  failover: Shuffle,
  server_added: ServerCog,
  server_removed: ServerOff,
  server_paused: CirclePause,
  server_resumed: Play,
  session_cancelled: Ban,
  session_ended: Unplug,
  database_created: Database,
  database_dropped: DatabaseZap,
  stream_started: CirclePlay,
  stream_stopped: CircleStop,
  stream_error: CircleX,
  track_added: ListPlus,
  track_removed: ListMinus,
  auto_end: Hourglass,
  alert_fired: Bell,
  alert_resolved: BellOff,
  user_login: LogIn,
  user_registered: UserPlus,
  user_approved: UserCheck,
  user_rejected: UserX,
  settings_changed: Settings,
  history_cleanup: Recycle,
  samples_lost: OctagonAlert,
  database_back: DatabaseBackup,
  system_warning: TriangleAlert,
  system_error: OctagonAlert,
};

export const TYPES = Object.keys(ICONS) as ActivityType[];

/** Whether this version knows the kind, and so its icon and name. */
export const isKnown = (type: string): type is ActivityType => Object.hasOwn(ICONS, type);

/** Another version's kind has the general one. */
export const iconOf = (type: string): LucideIcon => (isKnown(type) ? ICONS[type] : Activity);

/** What went well again. */
const GOOD: ReadonlySet<string> = new Set(["server_up", "stream_started", "alert_resolved", "user_approved"]);
const COLORS = { info: "text-idle-text", warning: "text-warn", error: "text-crit" } as const;

export const isGood = ({ type, severity }: { type: string; severity: Severity }): boolean =>
  severity === "info" && GOOD.has(type);

/** Text colour of an event's icon. */
export const colorOf = (event: { type: string; severity: Severity }): string =>
  isGood(event) ? "text-ok" : COLORS[event.severity];

export const SEVERITY_TONES: Readonly<Record<Severity, BadgeTone>> = { info: "idle", warning: "warn", error: "crit" };
