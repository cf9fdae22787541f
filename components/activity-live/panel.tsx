"use client";
// Live sessions of a server: asked for, shown, and ended.
import { useEffect, useMemo, useState } from "react";
import { ActivitySkeleton } from "./activity-skeleton";
import type { ActivityQuery } from "./address";
import { type BlockingNode, blockingTrees } from "./blocking";
import { BlockingCard } from "./blocking-card";
import { CountsStrip } from "./counts-strip";
import { DetailsDialog } from "./details-dialog";
import { EndDialog } from "./end-dialog";
import type { EndAction } from "./ending";
import { staleAt } from "./feed";
import { Freshness } from "./freshness";
import { Pace } from "./pace";
import type { SessionRow } from "./rows";
import { SessionsCard } from "./sessions-card";
import { Stopped } from "./ticking";
import { NoSessions, Troubles } from "./troubles";
import { useAddress } from "./use-address";
import { useOpened } from "./use-opened";
import { useSessions } from "./use-sessions";

interface ActivityPanelProps {
  server: string;
  end: EndAction;
}

/** What the sessions of a server do, now. */
export function ActivityPanel({ server, end }: ActivityPanelProps) {
  const [query, change] = useAddress();
  const feed = useSessions(server, query.every);
  const { answer, rows, asked, failure } = feed;
  const stale = useIsStale(asked, query.every);
  const trees = useMemo(() => blockingTrees(rows), [rows]);
  const { opener, details, ending, onOpen, onEnd, close } = useOpened((pid) => victimsOf(trees.roots, pid));
  const trouble = answer?.trouble ?? null;
  if (asked === null || answer === null || (trouble && rows.length === 0)) {
    return failure || trouble ? <NoSessions failure={failure} trouble={trouble} /> : <ActivitySkeleton />;
  }
  const stopped = stale || query.every === 0 || (failure !== null && failure !== "failed");
  const ends = answer.can_end ? onEnd : null;
  const now = rows.find(({ key }) => key === details?.key);
  return (
    <Stopped value={stopped ? asked : null}>
      <Troubles feed={feed} stale={stale} />
      <div className={stopped && query.every !== 0 ? "text-muted-foreground" : undefined}>
        <CountsStrip rows={rows} total={answer.total} />
        {trees.waiting > 0 && <BlockingCard trees={trees} onOpen={onOpen} onEnd={ends} />}
        <SessionsCard {...{ rows, answer, asked, query, change, onOpen }} onEnd={ends}>
          <Freshness asked={asked} stale={stale} paused={query.every === 0} />
          <Pace every={query.every} onChange={(every) => change({ every })} />
        </SessionsCard>
      </div>
      {details && (
        <DetailsDialog
          row={now ?? details}
          ended={!now}
          masked={answer.masked}
          onEnd={ends}
          onClose={close}
          returnTo={opener}
        />
      )}
      {ending && (
        <EndDialog
          {...{ server, ending, asked, end }}
          onClose={close}
          onTerminate={() => onEnd(ending.row, "terminate")}
          returnTo={opener}
        />
      )}
    </Stopped>
  );
}

/** Whether what shows is stale by now; tells it when it comes to be, without looking each second. */
function useIsStale(asked: number | null, every: ActivityQuery["every"]): boolean {
  const at = staleAt({ asked }, every);
  const [past, setPast] = useState<number | null>(null);
  useEffect(() => {
    if (at === null) return;
    const timer = setTimeout(() => setPast(at), Math.max(0, at - Date.now()));
    return () => clearTimeout(timer);
  }, [at]);
  return at !== null && past === at;
}

/** How many wait behind a session. */
function victimsOf(nodes: readonly BlockingNode<SessionRow>[], pid: number): number {
  const rest = [...nodes];
  // The list grows while it is walked.
  for (const node of rest) {
    if (node.pid === pid) return node.victims;
    rest.push(...node.children);
  }
  return 0;
}
