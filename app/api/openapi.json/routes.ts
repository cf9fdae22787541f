import type { RouteModule } from "@/lib/http/openapi";
import * as alertmanagerWebhook from "../alertmanager/webhook/route";
import * as analysisCriteria from "../analysis/criteria/route";
import * as auditSessions from "../audit/sessions/route";
import * as auditStats from "../audit/sessions/stats/route";
import * as authExtend from "../auth/extend/route";
import * as authLogin from "../auth/login/route";
import * as authLogout from "../auth/logout/route";
import * as authMe from "../auth/me/route";
import * as authPassword from "../auth/password/route";
import * as collector from "../collector/route";
import * as collectorRun from "../collector/run/route";
import * as configPerf from "../config/perf/route";
import * as config from "../config/route";
import * as cronCollect from "../cron/collect/route";
import * as healthLive from "../health/live/route";
import * as healthReady from "../health/ready/route";
import * as health from "../health/route";
import * as historyCompare from "../history/compare/route";
import * as historyExport from "../history/export/route";
import * as history from "../history/metrics/route";
import * as historyTypes from "../history/metrics/types/route";
import * as historySeries from "../history/series/route";
import * as liveSessions from "../live/sessions/route";
import * as logout from "../logout/route";
import * as logs from "../logs/route";
import * as logStats from "../logs/stats/route";
import * as poolsStatus from "../pools/status/route";
import * as query from "../query/route";
import * as refresh from "../refresh/route";
import * as register from "../register/route";
import * as retentionCleanup from "../retention/cleanup/route";
import * as retention from "../retention/route";
import * as serverAnalysis from "../server/[name]/analysis/route";
import * as serverDatabase from "../server/[name]/db/[db]/route";
import * as serverDatabaseStats from "../server/[name]/db/[db]/stats/route";
import * as sessionCancel from "../server/[name]/sessions/[pid]/cancel/route";
import * as sessionTerminate from "../server/[name]/sessions/[pid]/terminate/route";
import * as serverStats from "../server/[name]/stats/route";
import * as sessionStats from "../server_stats/[name]/route";
import * as serverLatest from "../servers/[name]/latest/route";
import * as serverPause from "../servers/[name]/pause/route";
import * as serverResume from "../servers/[name]/resume/route";
import * as server from "../servers/[name]/route";
import * as serverTestPg from "../servers/[name]/test-pg/route";
import * as serverTestSsh from "../servers/[name]/test-ssh/route";
import * as servers from "../servers/route";
import * as testPg from "../servers/test-pg/route";
import * as testSsh from "../servers/test-ssh/route";
import * as settings from "../settings/route";
import * as keyDownload from "../ssh-keys/[id]/download-public/route";
import * as key from "../ssh-keys/[id]/route";
import * as keyServers from "../ssh-keys/[id]/servers/route";
import * as keyGenerate from "../ssh-keys/generate/route";
import * as keyImport from "../ssh-keys/import/route";
import * as keyImportFile from "../ssh-keys/import-file/route";
import * as keys from "../ssh-keys/route";
import * as stats from "../stats/route";
import * as streamSource from "../stream-sources/[id]/route";
import * as streamSources from "../stream-sources/route";
import * as streamSourceTest from "../stream-sources/test/route";
import * as streamAutoEndCancel from "../streams/[id]/auto-end/cancel/route";
import * as streamEndNow from "../streams/[id]/auto-end/end-now/route";
import * as streamAutoEndExtend from "../streams/[id]/auto-end/extend/route";
import * as streamAutoEndPause from "../streams/[id]/auto-end/pause/route";
import * as streamAutoEndResume from "../streams/[id]/auto-end/resume/route";
import * as streamAutoEnd from "../streams/[id]/auto-end/route";
import * as streamCommandAck from "../streams/[id]/commands/[command]/ack/route";
import * as streamCommands from "../streams/[id]/commands/route";
import * as streamEvents from "../streams/[id]/events/route";
import * as streamPlays from "../streams/[id]/plays/route";
import * as stream from "../streams/[id]/route";
import * as streamAnalyticsListeners from "../streams/analytics/listeners/route";
import * as streamAnalyticsSummary from "../streams/analytics/summary/route";
import * as streamTopTracks from "../streams/analytics/top-tracks/route";
import * as streamsEvents from "../streams/events/route";
import * as streams from "../streams/route";
import * as systemActivity from "../system/activity/route";
import * as systemMetrics from "../system/metrics/route";
import * as token from "../token/route";
import * as userApprove from "../users/[login]/approve/route";
import * as userBlock from "../users/[login]/block/route";
import * as userReject from "../users/[login]/reject/route";
import * as userResetPassword from "../users/[login]/reset-password/route";
import * as user from "../users/[login]/route";
import * as userSessions from "../users/[login]/sessions/route";
import * as userTotp from "../users/[login]/totp/route";
import * as userUnblock from "../users/[login]/unblock/route";
import * as me from "../users/me/route";
import * as ownSession from "../users/me/sessions/[id]/route";
import * as ownSessions from "../users/me/sessions/route";
import * as ownToken from "../users/me/tokens/[id]/route";
import * as ownTokens from "../users/me/tokens/route";
import * as totpConfirm from "../users/me/totp/confirm/route";
import * as totpDisable from "../users/me/totp/disable/route";
import * as totpRecoveryCodes from "../users/me/totp/recovery-codes/route";
import * as totp from "../users/me/totp/route";
import * as users from "../users/route";
import * as wsTicket from "../ws/ticket/route";
import { nextAuthRoutes } from "./next-auth";
import * as openapi from "./route";

/** Every path of the API with its module; a test holds this list against the folders. */
export const routes: Record<string, RouteModule> = {
  ...nextAuthRoutes,
  "/api/alertmanager/webhook": alertmanagerWebhook,
  "/api/analysis/criteria": analysisCriteria,
  "/api/audit/sessions": auditSessions,
  "/api/audit/sessions/stats": auditStats,
  "/api/auth/extend": authExtend,
  "/api/auth/login": authLogin,
  "/api/auth/logout": authLogout,
  "/api/auth/me": authMe,
  "/api/auth/password": authPassword,
  "/api/collector": collector,
  "/api/collector/run": collectorRun,
  "/api/config": config,
  "/api/config/perf": configPerf,
  "/api/cron/collect": cronCollect,
  "/api/health": health,
  "/api/health/live": healthLive,
  "/api/health/ready": healthReady,
  "/api/history/compare": historyCompare,
  "/api/history/export": historyExport,
  "/api/history/metrics": history,
  "/api/history/metrics/types": historyTypes,
  "/api/history/series": historySeries,
  "/api/live/sessions": liveSessions,
  "/api/logout": logout,
  "/api/logs": logs,
  "/api/logs/stats": logStats,
  "/api/openapi.json": openapi,
  "/api/pools/status": poolsStatus,
  "/api/query": query,
  "/api/refresh": refresh,
  "/api/register": register,
  "/api/retention": retention,
  "/api/retention/cleanup": retentionCleanup,
  "/api/server/{name}/sessions/{pid}/cancel": sessionCancel,
  "/api/server/{name}/sessions/{pid}/terminate": sessionTerminate,
  "/api/server/{name}/db/{db}": serverDatabase,
  "/api/server/{name}/db/{db}/stats": serverDatabaseStats,
  "/api/server/{name}/analysis": serverAnalysis,
  "/api/server/{name}/stats": serverStats,
  "/api/server_stats/{name}": sessionStats,
  "/api/servers": servers,
  "/api/servers/{name}": server,
  "/api/servers/{name}/latest": serverLatest,
  "/api/servers/{name}/pause": serverPause,
  "/api/servers/{name}/resume": serverResume,
  "/api/servers/{name}/test-pg": serverTestPg,
  "/api/servers/{name}/test-ssh": serverTestSsh,
  "/api/servers/test-pg": testPg,
  "/api/servers/test-ssh": testSsh,
  "/api/settings": settings,
  "/api/ssh-keys": keys,
  "/api/ssh-keys/{id}": key,
  "/api/ssh-keys/{id}/download-public": keyDownload,
  "/api/ssh-keys/{id}/servers": keyServers,
  "/api/ssh-keys/generate": keyGenerate,
  "/api/ssh-keys/import": keyImport,
  "/api/ssh-keys/import-file": keyImportFile,
  "/api/stats": stats,
  "/api/streams": streams,
  "/api/streams/analytics/listeners": streamAnalyticsListeners,
  "/api/streams/analytics/summary": streamAnalyticsSummary,
  "/api/streams/analytics/top-tracks": streamTopTracks,
  "/api/streams/events": streamsEvents,
  "/api/streams/{id}": stream,
  "/api/streams/{id}/auto-end": streamAutoEnd,
  "/api/streams/{id}/auto-end/cancel": streamAutoEndCancel,
  "/api/streams/{id}/auto-end/end-now": streamEndNow,
  "/api/streams/{id}/auto-end/extend": streamAutoEndExtend,
  "/api/streams/{id}/auto-end/pause": streamAutoEndPause,
  "/api/streams/{id}/auto-end/resume": streamAutoEndResume,
  "/api/streams/{id}/commands": streamCommands,
  "/api/streams/{id}/commands/{command}/ack": streamCommandAck,
  "/api/streams/{id}/events": streamEvents,
  "/api/streams/{id}/plays": streamPlays,
  "/api/stream-sources": streamSources,
  "/api/stream-sources/{id}": streamSource,
  "/api/stream-sources/test": streamSourceTest,
  "/api/system/activity": systemActivity,
  "/api/system/metrics": systemMetrics,
  "/api/token": token,
  "/api/users": users,
  "/api/users/{login}": user,
  "/api/users/{login}/approve": userApprove,
  "/api/users/{login}/block": userBlock,
  "/api/users/{login}/reject": userReject,
  "/api/users/{login}/reset-password": userResetPassword,
  "/api/users/{login}/sessions": userSessions,
  "/api/users/{login}/totp": userTotp,
  "/api/users/{login}/unblock": userUnblock,
  "/api/users/me/sessions": ownSessions,
  "/api/users/me/sessions/{id}": ownSession,
  "/api/users/me": me,
  "/api/users/me/tokens": ownTokens,
  "/api/users/me/tokens/{id}": ownToken,
  "/api/users/me/totp": totp,
  "/api/users/me/totp/confirm": totpConfirm,
  "/api/users/me/totp/disable": totpDisable,
  "/api/users/me/totp/recovery-codes": totpRecoveryCodes,
  "/api/ws/ticket": wsTicket,
};
