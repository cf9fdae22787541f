import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const CARDS = ["a", "b", "c", "d"];
const ROWS = ["a", "b", "c", "d", "e", "f"];

/** The page while the history is read. */
export function AnalysisSkeleton() {
  return (
    <div aria-busy>
      <Skeleton className="mb-3 h-4 w-96 max-w-full" />
      <div className="mb-3 grid gap-3 md:grid-cols-4">
        {CARDS.map((card) => (
          <Card key={card} className="grid gap-2 px-3 py-2.5">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="h-6 w-12" />
          </Card>
        ))}
      </div>
      <Skeleton className="mb-3 h-32 w-full rounded-lg" />
      <Card>
        <div className="h-[30px] border-b bg-muted max-md:hidden" />
        {ROWS.map((row) => (
          <div key={row} className="flex h-[38px] items-center gap-6 border-b px-3 last:border-b-0 max-md:h-14">
            <Skeleton className="h-4 w-32" />
            <Skeleton className="h-4 w-20" />
            <Skeleton className="ml-auto h-4 w-64 max-md:hidden" />
          </div>
        ))}
      </Card>
    </div>
  );
}
