import Link from "next/link";
import { usePathname } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useId } from "react";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Tooltip } from "../ui/tooltip";
import { isCurrent, type NavigationItem } from "./navigation";
import type { Waiting } from "./viewer";

interface NavListProps {
  menu: readonly NavigationItem[];
  /** Icons only: names come as tooltips. */
  narrow?: boolean;
  waiting?: Waiting | undefined;
  /** In the drawer, which closes with the choice. */
  onNavigate?(): void;
}

export function NavList({ menu, ...rest }: NavListProps) {
  const t = useTranslations("navigation");
  const admin = menu.filter(({ group }) => group === "admin");
  const label = useId();
  return (
    <nav aria-label={t("main")} className="px-2">
      <ul className="flex flex-col gap-px">
        {menu.map((item) => item.group === undefined && <NavEntry key={item.id} item={item} {...rest} />)}
      </ul>
      {admin.length > 0 && (
        <div className={rest.narrow ? "mt-2 border-t pt-2" : "mt-3"}>
          <p
            id={label}
            className={rest.narrow ? "sr-only" : "flex h-6 items-center px-2 text-muted-foreground text-xs"}
          >
            {t("admin")}
          </p>
          <ul aria-labelledby={label} className="flex flex-col gap-px">
            {admin.map((item) => (
              <NavEntry key={item.id} item={item} {...rest} />
            ))}
          </ul>
        </div>
      )}
    </nav>
  );
}

type NavEntryProps = Omit<NavListProps, "menu"> & { item: NavigationItem };

function NavEntry({ item, narrow, waiting, onNavigate }: NavEntryProps) {
  const t = useTranslations("navigation");
  const current = isCurrent(item, usePathname());
  const count = waiting?.[item.id] ?? 0;
  return (
    <li>
      <Tooltip content={t(item.id)} side="right" disabled={!narrow}>
        <Link
          href={item.href}
          aria-current={current ? "page" : undefined}
          onClick={onNavigate}
          className={cn(
            "relative flex h-[30px] items-center gap-2.5 rounded-md px-2 text-sm font-medium text-foreground-2 transition-colors hover:bg-hover hover:text-foreground max-md:h-11",
            narrow && "justify-center px-0",
            current && "bg-selected text-foreground hover:bg-selected",
          )}
        >
          <item.icon aria-hidden className={cn("icon-16", current && "text-primary-text")} />
          <span className={narrow ? "sr-only" : undefined}>{t(item.id)}</span>
          {count > 0 && <Count count={count} narrow={narrow} />}
        </Link>
      </Tooltip>
    </li>
  );
}

/** How many wait; beside icons alone a dot says that somebody does. */
function Count({ count, narrow }: { count: number; narrow: boolean | undefined }) {
  const t = useTranslations("navigation");
  const locale = useLocale();
  return (
    <>
      <span className="sr-only">{` ${t("waiting", { count })}`}</span>
      <span
        aria-hidden
        className={
          narrow
            ? "absolute top-1 right-1.5 size-1.5 rounded-full bg-warn"
            : "ml-auto inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-warn-line bg-warn-soft px-1 text-2xs text-warn-text"
        }
      >
        {narrow ? null : formatNumber(count, locale, 0)}
      </span>
    </>
  );
}
