import Link from "next/link";
import { useLocale } from "next-intl";
import { formatBytes } from "@/lib/format";
import { databaseHref } from "../server/database-href";
import { Reason } from "./cells";
import type { DatabasesShown } from "./databases-table";
import { VerdictBadge } from "./verdict";

/** The databases on a phone: two lines each instead of a wide table. */
export function AnalysisList({ server, databases }: Omit<DatabasesShown, "asOf">) {
  const locale = useLocale();
  return (
    <ul className="md:hidden">
      {databases.map((one) => (
        <li key={one.oid} className="border-b last:border-b-0">
          <Link href={databaseHref(server, one.name)} prefetch={false} className="grid gap-1 px-3 py-2">
            <span className="flex min-w-0 items-center justify-between gap-2">
              <span className="truncate font-medium normal-nums">{one.name}</span>
              <VerdictBadge verdict={one.verdict} />
            </span>
            <span className="flex min-w-0 items-baseline justify-between gap-3 text-muted-foreground text-xs">
              <span className="min-w-0">
                <Reason of={one} />
              </span>
              <span className="shrink-0">{formatBytes(one.size_bytes, locale)}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
