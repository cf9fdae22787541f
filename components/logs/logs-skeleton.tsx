import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/** The log before its entries are known. */
export function LogsSkeleton() {
  return (
    <>
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-[30px] w-[212px] max-md:w-full" />
        <Skeleton className="h-[30px] w-56 max-md:hidden" />
      </div>
      <Card>
        <div className="h-[38px] border-b" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[33px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-14">
            <Skeleton className="h-4 w-36" />
            <Skeleton className="h-4 w-16" />
            <Skeleton className="h-4 w-24 max-md:hidden" />
            <Skeleton className="h-4 flex-1 max-md:hidden" />
          </div>
        ))}
      </Card>
    </>
  );
}
