import { CornerDownRight, Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import type { CSSProperties } from "react";
import { NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import type { BlockingNode } from "./blocking";
import { canBeEnded, type OnEnd } from "./ending";
import { oneLine, type SessionRow, waitOf } from "./rows";
import { SessionMenu } from "./session-menu";
import { StateBadge } from "./state-badge";
import { Since } from "./ticking";

export interface BlockingRowProps {
  node: BlockingNode<SessionRow>;
  /** 0 for a root. */
  depth: number;
  /** Whether nothing follows under the same blocker. */
  last: boolean;
  onOpen(row: SessionRow, opener: HTMLElement): void;
  onEnd: OnEnd | null;
}

const STEP = 20;
/** Deeper ones stand below each other: the query needs the room. */
const DEEPEST = 8;

/** Columns of the tree, the same in each row; on a phone two lines. */
export const TREE_COLUMNS =
  "grid items-center gap-x-3 grid-cols-[minmax(190px,1.5fr)_minmax(72px,0.7fr)_168px_64px_minmax(0,3fr)_188px] max-md:grid-cols-[minmax(0,1fr)_auto_auto] max-md:gap-y-1";

/** A session of a blocking tree, with all that wait for it below. */
export function BlockingRow({ node, depth, last, onOpen, onEnd }: BlockingRowProps) {
  const { session, children } = node;
  const indent = Math.min(depth, DEEPEST) * STEP;
  const root = depth === 0;
  return (
    <li className="relative border-b last:border-b-0">
      <div
        className={cn("min-h-[33px] px-3 max-md:py-2", TREE_COLUMNS, root && "bg-crit-soft/55")}
        style={{ "--indent": `${indent}px` } as CSSProperties}
      >
        <span className="flex min-w-0 items-center gap-2 pl-[var(--indent)]">
          <Name node={node} onOpen={onOpen} />
          <Victims count={node.victims} root={root} />
        </span>
        <span className="truncate max-md:hidden">{session?.usename ?? NO_VALUE}</span>
        <Doing node={node} root={root} />
        <Since
          since={(root ? session?.xactSince : session?.querySince) ?? null}
          className="text-right max-md:order-2"
        />
        <Query node={node} />
        <span
          className={cn(
            "flex justify-end gap-1.5 py-0.5 max-md:py-0",
            root ? "max-md:order-last max-md:col-span-3" : "max-md:order-3 max-md:min-h-9",
          )}
        >
          {session && onEnd && canBeEnded(session) && <Verbs row={session} root={root} onEnd={onEnd} />}
        </span>
      </div>
      {depth > 0 && <Elbow left={12 + indent - STEP + 6} last={last} />}
      {children.length > 0 && (
        <ul className="border-t">
          {children.map((child, at) => (
            <BlockingRow
              key={child.session?.key ?? child.pid}
              node={child}
              depth={depth + 1}
              last={at === children.length - 1}
              onOpen={onOpen}
              onEnd={onEnd}
            />
          ))}
        </ul>
      )}
    </li>
  );
}

/** From the blocker above to this one, and on to the next under it. */
function Elbow({ left, last }: { left: number; last: boolean }) {
  return (
    <>
      <span
        aria-hidden
        className={cn(
          "pointer-events-none absolute top-0 w-[1.5px] bg-border-strong",
          last ? "h-4 max-md:h-[26px]" : "h-full",
        )}
        style={{ left }}
      />
      <span
        aria-hidden
        className="pointer-events-none absolute top-4 h-[1.5px] w-2.5 bg-border-strong max-md:top-[26px]"
        style={{ left }}
      />
    </>
  );
}

function Name({ node: { pid, session, workers }, onOpen }: Pick<BlockingRowProps, "node" | "onOpen">) {
  const t = useTranslations("activityLive");
  if (pid === 0) return <span className="truncate">{t("blocking.prepared")}</span>;
  if (!session) {
    return (
      <span className="truncate">
        <span className="mono">{pid}</span>{" "}
        <span className="text-xs text-muted-foreground">{t("blocking.unlisted")}</span>
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        onClick={(event) => onOpen(session, event.currentTarget)}
        aria-label={t("open", { pid })}
        className="mono rounded-sm hover:underline"
      >
        {pid}
      </button>
      {workers > 0 && (
        <span className="truncate text-xs text-muted-foreground">{t("blocking.workers", { count: workers })}</span>
      )}
    </>
  );
}

function Victims({ count, root }: { count: number; root: boolean }) {
  const t = useTranslations("activityLive.blocking");
  if (count === 0) return null;
  const Icon = root ? Lock : CornerDownRight;
  return (
    <Badge tone={root ? "crit" : "idle"}>
      <Icon aria-hidden />
      {t("blocks", { count })}
    </Badge>
  );
}

/** A root: its state. Who waits: for what. */
function Doing({ node: { session, also }, root }: { node: BlockingNode<SessionRow>; root: boolean }) {
  const t = useTranslations("activityLive.blocking");
  if (!session) return <span className="max-md:hidden">{NO_VALUE}</span>;
  const others = also.length > 0 ? t("also", { pids: also.join(", ") }) : null;
  if (root && session.blocked_by.length === 0) {
    return (
      <span className="min-w-0 max-md:hidden">
        <StateBadge session={session} />
      </span>
    );
  }
  const wait = waitOf(session) ?? NO_VALUE;
  return (
    <span className="truncate text-foreground-2 max-md:hidden" title={others ? `${wait}. ${others}` : wait}>
      {wait}
      {others && <span className="text-muted-foreground">{`, ${others}`}</span>}
    </span>
  );
}

function Query({ node: { pid, session } }: { node: BlockingNode<SessionRow> }) {
  const t = useTranslations("activityLive");
  const place = "min-w-0 truncate max-md:order-last max-md:col-span-3 max-md:pl-[var(--indent)]";
  if (pid === 0)
    return <span className={cn("text-xs text-muted-foreground", place)}>{t("blocking.preparedHint")}</span>;
  if (!session?.query) return <span className={cn("text-muted-foreground", place)}>{t("unseenQuery")}</span>;
  return <span className={cn("mono text-foreground-2", place)}>{oneLine(session.query)}</span>;
}

/** Of a root they are in sight. */
function Verbs({ row, root, onEnd }: { row: SessionRow; root: boolean; onEnd: OnEnd }) {
  const t = useTranslations("activityLive.end");
  const { pid } = row;
  if (!root) return <SessionMenu row={row} onEnd={onEnd} />;
  return (
    <>
      <Button
        size="sm"
        aria-label={t("cancel.title", { pid })}
        onClick={(event) => onEnd(row, "cancel", event.currentTarget)}
      >
        {t("cancel.short")}
      </Button>
      <Button
        size="sm"
        variant="danger"
        aria-label={t("terminate.title", { pid })}
        onClick={(event) => onEnd(row, "terminate", event.currentTarget)}
      >
        {t("terminate.short")}
      </Button>
    </>
  );
}
