import { Card } from "./ui/card";
import { Skeleton } from "./ui/skeleton";

const ROWS = ["a", "b", "c", "d", "e", "f"];

/** A list before it is known. @param filters whether a choice stands beside its search */
export function ListSkeleton({ filters }: { filters: boolean }) {
  return (
    <>
      <div className="mb-3 flex gap-2">
        <Skeleton className="h-[30px] w-[212px] max-md:w-full" />
        {filters && <Skeleton className="h-[30px] w-72 max-md:hidden" />}
        <Skeleton className="ml-auto h-[30px] w-28 max-md:hidden" />
      </div>
      <Card>
        <div className="h-[30px] border-b bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[38px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-16">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-4 w-44 max-md:hidden" />
            <Skeleton className="h-4 w-16" />
            <Skeleton className="ml-auto h-4 w-20" />
          </div>
        ))}
      </Card>
    </>
  );
}
