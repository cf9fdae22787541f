import type { Tag } from "@/lib/http/openapi";

/** The chapters of the API, in the order in which its page tells them. */
export const tags: readonly Tag[] = [
  {
    name: "Sign-in",
    description: "Access tokens for programs, sessions for browsers, and how both end",
    paths: ["token", "refresh", "logout", "auth", "register"],
  },
  {
    name: "Account",
    description: "Profile, sessions, personal API tokens and the second factor of whoever asks",
    paths: ["users/me"],
  },
  { name: "Users", description: "Accounts, their roles, blocking and approval", paths: ["users"] },
  {
    name: "Servers",
    description: "What is watched, and its newest values",
    paths: ["servers", "server", "server_stats", "analysis", "live", "pools"],
  },
  {
    name: "SSH keys",
    description: "Keys by which machines are read; the private part never leaves",
    paths: ["ssh-keys"],
  },
  {
    name: "History",
    description: "Series of the past: read, compare, export, keep",
    paths: ["history", "query", "retention"],
  },
  { name: "Live connection", description: "What opens the WebSocket, which tells changes at once", paths: ["ws"] },
  {
    name: "Streams",
    description: "Channels: what is reported of them, what they are told, how they end when nobody listens",
    paths: ["streams", "stream-sources", "stats"],
  },
  { name: "Activity", description: "What happened, for people", paths: ["system/activity", "alertmanager"] },
  { name: "Audit", description: "Who did what, in a chain that shows every change", paths: ["audit"] },
  { name: "Logs", description: "What Dozor itself had to say", paths: ["logs"] },
  {
    name: "Settings",
    description: "How Dozor works, in force at once on every instance",
    paths: ["settings", "config"],
  },
  { name: "Collector", description: "What is asked when, and with what outcome", paths: ["collector", "cron"] },
  { name: "Health", description: "Whether Dozor and its machine are well", paths: ["health", "system"] },
  { name: "Description", description: "The API, told by itself", paths: ["openapi.json"] },
];
