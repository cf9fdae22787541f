import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const ROWS = ["a", "b", "c"];

/** The list before its sources are known. */
export function SourcesSkeleton() {
  return (
    <>
      <div className="mb-3 flex">
        <Skeleton className="ml-auto h-[30px] w-36" />
      </div>
      <Card>
        <div className="h-[30px] border-b bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[38px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-20">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-4 w-16" />
            <Skeleton className="h-4 w-44 max-md:hidden" />
            <Skeleton className="ml-auto h-4 w-20" />
          </div>
        ))}
      </Card>
    </>
  );
}
