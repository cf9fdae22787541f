import { type ChartMark, MARK_COLORS } from "./marks";
import type { Viewer } from "./paint";
import { exactTime } from "./time-ticks";

interface MarkLinesProps {
  marks: readonly ChartMark[];
  viewer: Viewer;
  withDate: boolean;
  /** Where it is given, each line leads to its moment. */
  onPick?(mark: ChartMark): void;
}

/** Marks as a list, the newest first: for whoever does not point at them. */
export function MarkLines({ marks, viewer, withDate, onPick }: MarkLinesProps) {
  return (
    <ol className="mt-1 text-xs">
      {marks
        .toSorted((a, b) => b.at - a.at)
        .map((mark) => (
          <li key={`${mark.at} ${mark.label}`} className="flex min-h-6 items-center gap-2">
            <span aria-hidden className="size-2 shrink-0 rotate-45" style={{ background: MARK_COLORS[mark.kind] }} />
            <MarkTime time={exactTime(mark.at, viewer, withDate)} onPick={onPick && (() => onPick(mark))} />
            <span className="min-w-0 break-words text-foreground-2">{mark.label}</span>
          </li>
        ))}
    </ol>
  );
}

function MarkTime({ time, onPick }: { time: string; onPick: (() => void) | undefined }) {
  if (!onPick) return <span className="shrink-0 text-muted-foreground">{time}</span>;
  return (
    <button type="button" onClick={onPick} className="h-6 shrink-0 rounded-sm text-primary-text hover:underline">
      {time}
    </button>
  );
}
