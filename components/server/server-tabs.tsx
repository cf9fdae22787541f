"use client";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { CompareToggle } from "../charts/compare-toggle";
import { RangePicker } from "../charts/range-picker";

/** What all tabs understand; anything else in the address belongs to one of them. */
const SHARED = ["period", "from", "to", "compare"];

/**
 * Tabs of a server's page, with the period at their right; changing the tab keeps the period. Those of PostgreSQL are not
 * there where none is watched.
 */
export function ServerTabs({ name, hasPostgres }: { name: string; hasPostgres: boolean }) {
  const t = useTranslations("server");
  const pathname = usePathname();
  const shared = new URLSearchParams([...useSearchParams()].filter(([key]) => SHARED.includes(key))).toString();
  const base = `/servers/${encodeURIComponent(name)}`;
  // What goes on now has no period, and an analysis looks at all that is stored.
  const withoutPeriod = [`${base}/activity`, `${base}/databases`];
  const postgres = [
    { href: `${base}/activity`, label: t("activityTab") },
    { href: `${base}/databases`, label: t("databasesTab") },
    { href: `${base}/replication`, label: t("replication") },
    { href: `${base}/wal`, label: t("walTab") },
    { href: `${base}/disk`, label: t("disk") },
  ];
  const tabs = [
    { href: base, label: t("overview") },
    ...(hasPostgres ? postgres : []),
    { href: `${base}/host`, label: t("host") },
  ];
  return (
    <div className="-mx-4 mb-2.5 flex h-9 items-end border-b px-4 max-md:-mx-3 max-md:px-3">
      <nav aria-label={t("tabs")} className="flex h-full min-w-0 items-stretch gap-4 overflow-x-auto whitespace-nowrap">
        {tabs.map(({ href, label }) => {
          const active = pathname === href || (href !== base && pathname.startsWith(`${href}/`));
          return (
            <Link
              key={href}
              href={shared ? `${href}?${shared}` : href}
              aria-current={active ? "page" : undefined}
              className={cn(
                "-mb-px flex items-center border-transparent border-b-2 font-medium text-foreground-2 text-sm transition-colors hover:text-foreground",
                active && "border-primary text-foreground",
              )}
            >
              {label}
            </Link>
          );
        })}
      </nav>
      {!withoutPeriod.includes(pathname) && (
        <div className="mb-[5px] ml-auto flex shrink-0 gap-2 max-md:hidden">
          <CompareToggle />
          <RangePicker />
        </div>
      )}
    </div>
  );
}
