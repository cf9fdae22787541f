// Sessions for tests.
import type { LiveSession, LiveSessions } from "@/lib/fleet/sessions-schema";

/** An active session that runs a statement for 3 s in a transaction of 10 s. */
export function session(pid: number, given: Partial<LiveSession> = {}): LiveSession {
  return {
    pid,
    backend_start: "2026-11-20T10:00:00.123456Z",
    usename: "app",
    datname: "orders",
    application_name: "orders-api",
    client_addr: "10.20.3.14",
    backend_type: "client backend",
    leader_pid: null,
    state: "active",
    wait_event_type: null,
    wait_event: null,
    xact_start: "2026-11-20T11:59:50.000000Z",
    query_start: "2026-11-20T11:59:57.000000Z",
    state_change: "2026-11-20T11:59:57.000000Z",
    xact_age_s: 10,
    query_age_s: 3,
    state_age_s: 3,
    blocked_by: [],
    query: "select 1",
    query_truncated: false,
    own: false,
    ...given,
  };
}

export function answer(sessions: LiveSession[], given: Partial<LiveSessions> = {}): LiveSessions {
  return {
    server: "orders/1",
    ts: "2026-11-20T12:00:00.000Z",
    sessions,
    total: sessions.length,
    masked: false,
    can_end: true,
    trouble: null,
    ...given,
  };
}
