import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const CARDS = ["cpu", "ram", "disk", "latency", "connections"];
const ROWS = ["a", "b", "c", "d", "e"];

/** The overview before anything of it is known. */
export function OverviewSkeleton() {
  return (
    <div className="grid gap-3">
      <Skeleton className="h-[38px] rounded-lg" />
      <div className="grid grid-cols-5 gap-3 max-xl:grid-cols-6 max-md:grid-cols-1">
        {CARDS.map((card) => (
          <Card
            key={card}
            className="h-[133px] p-3 max-xl:col-span-2 max-xl:nth-[n+4]:col-span-3 max-md:col-span-1 max-md:h-11 max-md:nth-[n+4]:col-span-1"
          >
            <Skeleton className="h-4 w-20" />
            <Skeleton className="mt-3 h-6 w-24 max-md:hidden" />
            <Skeleton className="mt-4 h-9 max-md:hidden" />
          </Card>
        ))}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)_404px] gap-3 max-xl:grid-cols-1">
        <RowsSkeleton />
        <RowsSkeleton />
      </div>
    </div>
  );
}

function RowsSkeleton() {
  return (
    <Card>
      <div className="flex h-[38px] items-center border-b px-3">
        <Skeleton className="h-4 w-28" />
      </div>
      {ROWS.map((row) => (
        <div key={row} className="flex h-[33px] items-center justify-between gap-8 border-b px-3 last:border-b-0">
          <Skeleton className="h-4 w-24" />
          <Skeleton className="h-4 w-40" />
        </div>
      ))}
    </Card>
  );
}
