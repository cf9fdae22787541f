import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The feed before its events are known. */
export function ActivitySkeleton() {
  return (
    <div>
      <Skeleton className="mb-2 h-4 w-40" />
      <Card>
        {ROWS.map((row) => (
          <div key={row} className="flex h-[55px] items-center gap-3 border-b px-3 last:border-b-0">
            <Skeleton className="h-4 w-14 max-md:hidden" />
            <Skeleton className="size-[22px] rounded-full" />
            <Skeleton className="h-4 w-72 max-w-full" />
            <Skeleton className="ml-auto h-4 w-14 max-md:hidden" />
          </div>
        ))}
      </Card>
    </div>
  );
}
