import { FrameSkeleton } from "../charts/frame-skeleton";
import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";
import { ChartGrid, FIRST_ROW_HEIGHT, SPAN } from "./chart-grid";

const ROWS = [
  { key: "a", span: SPAN.wide, height: FIRST_ROW_HEIGHT },
  { key: "b", span: SPAN.narrow, height: FIRST_ROW_HEIGHT },
  ...["c", "d", "e", "f", "g", "h", "i", "j", "k"].map((key) => ({ key, span: SPAN.third, height: 72 })),
];

/** The tab in its final shape. */
export function ServerSkeleton() {
  return (
    <div aria-busy>
      <Skeleton className="mb-2.5 h-9 w-full rounded-lg max-md:h-56" />
      <ChartGrid>
        {ROWS.map(({ key, span, height }) => (
          <Card key={key} className={`px-3 pb-1 ${span}`}>
            <Skeleton className="mt-2.5 h-3.5 w-40" />
            <Skeleton className="mt-3 mb-2 h-3 w-56" />
            <div className="-ml-2">
              <FrameSkeleton height={height} />
            </div>
          </Card>
        ))}
      </ChartGrid>
    </div>
  );
}
