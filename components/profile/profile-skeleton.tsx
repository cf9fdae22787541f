import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const LEFT = ["h-52", "h-56", "h-24"];
const RIGHT = ["h-28", "h-40", "h-36"];

/** The profile before it is known. */
export function ProfileSkeleton() {
  return (
    <div className="grid grid-cols-[minmax(0,404px)_minmax(0,1fr)] items-start gap-3 max-lg:grid-cols-1">
      <Column heights={LEFT} />
      <Column heights={RIGHT} />
    </div>
  );
}

function Column({ heights }: { heights: readonly string[] }) {
  return (
    <div className="grid gap-3">
      {heights.map((height) => (
        <Card key={height} className={height}>
          <div className="flex h-[38px] items-center border-b px-3">
            <Skeleton className="h-4 w-32" />
          </div>
          <div className="grid gap-3 p-3">
            <Skeleton className="h-4 w-3/4" />
            <Skeleton className="h-4 w-1/2" />
          </div>
        </Card>
      ))}
    </div>
  );
}
