import type { Operation } from "@/lib/http/endpoint";
import type { RouteModule } from "@/lib/http/openapi";
import * as config from "../config/route";
import * as healthLive from "../health/live/route";
import * as healthReady from "../health/ready/route";
import * as health from "../health/route";
import * as historyCompare from "../history/compare/route";
import * as historyExport from "../history/export/route";
import * as history from "../history/metrics/route";
import * as historyTypes from "../history/metrics/types/route";
import * as historySeries from "../history/series/route";
import * as logout from "../logout/route";
import * as logs from "../logs/route";
import * as logStats from "../logs/stats/route";
import * as query from "../query/route";
import * as retentionCleanup from "../retention/cleanup/route";
import * as retention from "../retention/route";
import * as serverLatest from "../servers/[name]/latest/route";
import * as servers from "../servers/route";
import * as systemActivity from "../system/activity/route";
import * as systemMetrics from "../system/metrics/route";
import * as token from "../token/route";
import * as openapi from "./route";

const described = (operation: Operation) => ({ operation });

/** next-auth answers these by itself. */
const browserSession: Record<string, RouteModule> = {
  "/api/auth/csrf": {
    GET: described({ summary: "Token to send along with the browser's sign-in", allow: "public" }),
  },
  "/api/auth/session": {
    GET: described({ summary: "Who is signed in in this browser; an empty object for nobody", allow: "public" }),
  },
};

/** Every path of the API with its module; a test holds this list against the folders. */
export const routes: Record<string, RouteModule> = {
  ...browserSession,
  "/api/config": config,
  "/api/health": health,
  "/api/health/live": healthLive,
  "/api/health/ready": healthReady,
  "/api/history/compare": historyCompare,
  "/api/history/export": historyExport,
  "/api/history/metrics": history,
  "/api/history/metrics/types": historyTypes,
  "/api/history/series": historySeries,
  "/api/logout": logout,
  "/api/logs": logs,
  "/api/logs/stats": logStats,
  "/api/openapi.json": openapi,
  "/api/query": query,
  "/api/retention": retention,
  "/api/retention/cleanup": retentionCleanup,
  "/api/servers": servers,
  "/api/servers/{name}/latest": serverLatest,
  "/api/system/activity": systemActivity,
  "/api/system/metrics": systemMetrics,
  "/api/token": token,
};
