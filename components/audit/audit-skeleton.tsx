import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const NUMBERS = ["a", "b", "c", "d", "e", "f"];
const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The numbers before they are counted. */
export function NumbersSkeleton() {
  return (
    <Card>
      <div className="grid grid-cols-6 max-lg:grid-cols-3 max-md:grid-cols-2">
        {NUMBERS.map((number) => (
          <div key={number} className="grid gap-1.5 px-3 py-2">
            <Skeleton className="h-5 w-14" />
            <Skeleton className="h-4 w-24" />
          </div>
        ))}
      </div>
    </Card>
  );
}

/** The page before its entries are known. */
export function AuditSkeleton() {
  return (
    <>
      <NumbersSkeleton />
      <div className="my-3 flex flex-wrap gap-2">
        <Skeleton className="h-[30px] w-36" />
        <Skeleton className="h-[30px] w-52" />
        <Skeleton className="h-[30px] w-36 max-md:hidden" />
        <Skeleton className="ml-auto h-[30px] w-16" />
      </div>
      <Card>
        <div className="h-[30px] border-b bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[33px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-16">
            <Skeleton className="h-4 w-32" />
            <Skeleton className="h-4 w-20" />
            <Skeleton className="h-4 w-40 max-md:hidden" />
          </div>
        ))}
      </Card>
    </>
  );
}
