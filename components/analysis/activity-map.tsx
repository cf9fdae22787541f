"use client";
import Link from "next/link";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import type { Verdict } from "@/lib/fleet/analysis-schema";
import { cn } from "@/lib/utils";
import { nextTile, shortName } from "./tiles";
import { VERDICT_LOOKS, VerdictIcon } from "./verdict";

export interface Tile {
  name: string;
  href: string;
  verdict: Verdict;
  /** The verdict as a word, and why it is so. */
  word: string;
  reason: string;
  /** Size and connections, as they are shown. */
  facts: string;
}

interface ActivityMapProps {
  label: string;
  tiles: readonly Tile[];
}

/** More databases than this get narrow tiles. */
const ROOMY = 80;
const CARD_WIDTH = 300;

/** A tile for each database; the arrow keys go from tile to tile, and a card tells of the one that is looked at. */
export function ActivityMap({ label, tiles }: ActivityMapProps) {
  const list = useRef<HTMLUListElement>(null);
  const id = useId();
  const [stop, setStop] = useState(0);
  const [seen, setSeen] = useState<{ tile: Tile; at: DOMRect } | null>(null);
  const narrow = tiles.length > ROOMY;
  const look = (tile: Tile, element: HTMLElement) => setSeen({ tile, at: element.getBoundingClientRect() });
  const leave = () => setSeen(null);

  const onKeyDown = (event: KeyboardEvent, index: number) => {
    if (event.key === "Escape") leave();
    const links = [...(list.current?.querySelectorAll("a") ?? [])];
    const next = nextTile(event.key, index, { count: links.length, columns: columnsOf(links) });
    if (next === null) return;
    event.preventDefault();
    setStop(next);
    links[next]?.focus();
  };

  return (
    <>
      <ul
        ref={list}
        aria-label={label}
        onScroll={leave}
        className={cn(
          "grid max-h-[330px] gap-1 overflow-y-auto p-3",
          narrow ? "grid-cols-[repeat(auto-fill,minmax(88px,1fr))]" : "grid-cols-[repeat(auto-fill,minmax(132px,1fr))]",
        )}
      >
        {tiles.map((tile, index) => (
          <li key={tile.href} className="min-w-0">
            <Link
              href={tile.href}
              prefetch={false}
              tabIndex={index === Math.min(stop, tiles.length - 1) ? 0 : -1}
              aria-label={`${tile.name}: ${tile.word}`}
              aria-describedby={seen?.tile === tile ? id : undefined}
              data-verdict={tile.verdict}
              onMouseEnter={(event) => look(tile, event.currentTarget)}
              onMouseLeave={leave}
              onFocus={(event) => {
                setStop(index);
                look(tile, event.currentTarget);
              }}
              onBlur={leave}
              onKeyDown={(event) => onKeyDown(event, index)}
              className={cn(
                "flex items-center gap-1.5 rounded-sm border text-xs transition-colors hover:border-border-strong",
                narrow ? "h-6 px-1.5" : "h-[30px] px-2 max-md:h-9",
                VERDICT_LOOKS[tile.verdict].tile,
              )}
            >
              <VerdictIcon verdict={tile.verdict} className="icon-12" />
              <span className="min-w-0 truncate normal-nums">{narrow ? shortName(tile.name) : tile.name}</span>
            </Link>
          </li>
        ))}
      </ul>
      {seen && <TileCard id={id} {...seen} />}
    </>
  );
}

/** How many stand in the first row. */
function columnsOf(links: readonly HTMLElement[]): number {
  const top = links[0]?.getBoundingClientRect().top;
  return Math.max(1, links.filter((link) => link.getBoundingClientRect().top === top).length);
}

/** Below its tile, or above where there is no room; it takes no clicks. */
function TileCard({ id, tile, at }: { id: string; tile: Tile; at: DOMRect }) {
  const left = Math.max(8, Math.min(at.left, window.innerWidth - CARD_WIDTH - 8));
  const above = at.bottom + 120 > window.innerHeight;
  return (
    <div
      id={id}
      role="tooltip"
      style={{
        left,
        width: CARD_WIDTH,
        ...(above ? { bottom: window.innerHeight - at.top + 6 } : { top: at.bottom + 6 }),
      }}
      className="pointer-events-none fixed z-50 grid animate-fade gap-1 rounded-md border border-border-strong bg-popover px-2.5 py-2 text-xs max-md:hidden"
    >
      <span className="break-all font-medium text-sm normal-nums">{tile.name}</span>
      <span className="flex items-center gap-1.5 font-medium">
        <VerdictIcon verdict={tile.verdict} className="icon-12" />
        {tile.word}
      </span>
      <span>{tile.reason}</span>
      <span className="text-muted-foreground">{tile.facts}</span>
    </div>
  );
}
