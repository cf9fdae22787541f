import { FrameSkeleton } from "../charts/frame-skeleton";
import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";
import { USUAL_CHARTS } from "./address";
import { HistoryGrid, PLOT_HEIGHT } from "./history-grid";

/** The page in its final shape while the history is read. */
export function HistorySkeleton() {
  return (
    <div aria-busy="true">
      <div className="mb-2.5 flex flex-wrap gap-2">
        <Skeleton className="h-[30px] w-28 max-md:h-9" />
        <Skeleton className="h-[30px] w-40 max-md:h-9" />
        <Skeleton className="ml-auto h-[30px] w-80 max-w-full max-md:h-9" />
      </div>
      <HistoryGrid>
        {USUAL_CHARTS.map(({ metric }) => (
          <Card key={metric} className="px-3 pb-1">
            <div className="flex h-8 items-center">
              <Skeleton className="h-3.5 w-40" />
            </div>
            <Skeleton className="mt-0.5 mb-1 h-4 w-24" />
            <FrameSkeleton height={PLOT_HEIGHT} />
          </Card>
        ))}
      </HistoryGrid>
    </div>
  );
}
