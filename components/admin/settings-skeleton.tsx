import { Card } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

const CARDS = ["a", "b", "c"];
const FIELDS = ["a", "b", "c", "d", "e", "f"];

/** The settings before they are known. */
export function SettingsSkeleton() {
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_404px] items-start gap-3 max-xl:grid-cols-1">
      <div className="grid gap-3">
        {CARDS.map((card) => (
          <Card key={card}>
            <div className="flex h-[38px] items-center border-b px-3">
              <Skeleton className="h-4 w-24" />
            </div>
            <div className="grid grid-cols-2 gap-4 p-3 max-md:grid-cols-1">
              {FIELDS.map((field) => (
                <div key={field} className="grid gap-1.5">
                  <Skeleton className="h-4 w-32" />
                  <Skeleton className="h-8" />
                  <Skeleton className="h-4 w-52" />
                </div>
              ))}
            </div>
          </Card>
        ))}
      </div>
      <Skeleton className="h-64 max-xl:hidden" />
    </div>
  );
}
