import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** The list before its servers are known. */
export function ServersSkeleton() {
  return (
    <>
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-[30px] w-[212px] max-md:w-full" />
        <Skeleton className="h-[30px] w-72 max-md:hidden" />
      </div>
      <Card>
        <div className="h-[30px] border-b bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[38px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-14">
            <Skeleton className="h-4 w-20" />
            <Skeleton className="h-4 w-32" />
            <Skeleton className="h-4 w-40 max-md:hidden" />
            <Skeleton className="ml-auto h-2 w-28 max-md:hidden" />
            <Skeleton className="h-4 w-10" />
          </div>
        ))}
      </Card>
    </>
  );
}
