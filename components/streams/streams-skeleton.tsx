import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const SUMS = ["active", "listeners", "queue", "machine"];
const CARDS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** The page of streams before anything of it is known. */
export function StreamsSkeleton() {
  return (
    <div className="grid grid-cols-1 gap-3">
      <div className="grid grid-cols-4 gap-3 max-xl:grid-cols-2 max-md:grid-cols-1">
        {SUMS.map((card) => (
          <Card key={card} className="h-[82px] p-3">
            <Skeleton className="h-4 w-24" />
            <Skeleton className="mt-2 h-6 w-20" />
          </Card>
        ))}
      </div>
      <Skeleton className="h-[30px] w-96 max-w-full" />
      <div className="grid grid-cols-4 gap-3 max-xl:grid-cols-3 max-lg:grid-cols-2 max-md:grid-cols-1">
        {CARDS.map((card) => (
          <Card key={card} className="h-[198px] p-3">
            <Skeleton className="h-4 w-32" />
            <Skeleton className="mt-3 h-3 w-24" />
            <Skeleton className="mt-6 h-4 w-40" />
            <Skeleton className="mt-6 h-10" />
          </Card>
        ))}
      </div>
    </div>
  );
}
