// An event for tests of the feed.
import type { ActivityEvent } from "@/lib/activity/schema";

export const event = (part: Partial<ActivityEvent> = {}): ActivityEvent => ({
  id: 1,
  type: "server_up",
  severity: "info",
  message: "orders answers again",
  user_email: null,
  actor: null,
  target: { kind: "server", id: "7", name: "orders" },
  details: {},
  created_at: "2026-03-01T10:00:00.000Z",
  ...part,
});
