import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** The page before it is known how collecting goes. */
export function CollectorSkeleton() {
  return (
    <>
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-[30px] w-[212px] max-md:w-full" />
        <Skeleton className="h-[30px] w-56 max-md:hidden" />
      </div>
      <Skeleton className="mb-3 h-16 w-full" />
      <Card>
        <div className="h-[38px] border-b bg-muted" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[33px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-14">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-4 w-20" />
            <Skeleton className="ml-auto h-4 w-48 max-md:hidden" />
          </div>
        ))}
      </Card>
    </>
  );
}
