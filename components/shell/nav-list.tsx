import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { Tooltip } from "../ui/tooltip";
import { isCurrent, NAVIGATION } from "./navigation";

interface NavListProps {
  /** Icons only: names come as tooltips. */
  narrow?: boolean;
  /** In the drawer, which closes with the choice. */
  onNavigate?(): void;
}

export function NavList({ narrow, onNavigate }: NavListProps) {
  const t = useTranslations("navigation");
  const path = usePathname();
  return (
    <nav aria-label={t("main")} className="px-2">
      <ul className="flex flex-col gap-px">
        {NAVIGATION.map((item) => {
          const current = isCurrent(item, path);
          return (
            <li key={item.id}>
              <Tooltip content={t(item.id)} side="right" disabled={!narrow}>
                <Link
                  href={item.href}
                  aria-current={current ? "page" : undefined}
                  onClick={onNavigate}
                  className={cn(
                    "flex h-[30px] items-center gap-2.5 rounded-md px-2 text-sm font-medium text-foreground-2 transition-colors hover:bg-hover hover:text-foreground max-md:h-11",
                    narrow && "justify-center px-0",
                    current && "bg-selected text-foreground hover:bg-selected",
                  )}
                >
                  <item.icon aria-hidden className={cn("icon-16", current && "text-primary-text")} />
                  <span className={narrow ? "sr-only" : undefined}>{t(item.id)}</span>
                </Link>
              </Tooltip>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
