import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const CELLS = ["a", "b", "c", "d", "e", "f"];
const ROWS = Array.from({ length: 12 }, (_, at) => `row ${at}`);

/** The tab in its final shape. */
export function ActivitySkeleton() {
  return (
    <div aria-busy>
      <Card className="mb-2.5 grid grid-cols-6 max-xl:grid-cols-3 max-md:grid-cols-2">
        {CELLS.map((cell) => (
          <div key={cell} className="-mr-px -mb-px border-r border-b px-3 py-2.5">
            <Skeleton className="h-4 w-20" />
            <Skeleton className="mt-1.5 h-5 w-12" />
          </div>
        ))}
      </Card>
      <Card>
        <div className="flex h-[38px] items-center border-b px-3 max-md:h-12">
          <Skeleton className="h-4 w-20" />
          <Skeleton className="ml-auto h-[26px] w-44" />
        </div>
        <div className="flex flex-wrap gap-2 border-b px-3 py-1.5">
          <Skeleton className="h-[30px] w-[212px] max-md:w-full" />
          {CELLS.slice(2).map((cell) => (
            <Skeleton key={cell} className="h-[30px] w-28 max-md:h-9" />
          ))}
        </div>
        <div className="h-[30px] bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[31px] items-center gap-4 border-t px-3 max-md:h-14">
            <Skeleton className="h-3.5 w-12" />
            <Skeleton className="h-3.5 w-24 max-md:hidden" />
            <Skeleton className="h-3.5 w-24" />
            <Skeleton className="h-3.5 flex-1" />
          </div>
        ))}
      </Card>
    </div>
  );
}
