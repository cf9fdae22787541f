import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

/** The page before it is there: cards of lines. */
export function DocsSkeleton() {
  return (
    <div className="flex flex-col gap-3" aria-busy="true">
      {[6, 8, 5].map((lines) => (
        <Card key={lines} className="flex flex-col gap-3 p-3">
          {Array.from({ length: lines }, (_, line) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: placeholders never move
            <Skeleton key={line} className="h-4 w-full" />
          ))}
        </Card>
      ))}
    </div>
  );
}
