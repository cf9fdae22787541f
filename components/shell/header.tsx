import { Menu, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { Kbd } from "../ui/kbd";
import { Breadcrumb } from "./breadcrumb";
import { LiveBadge } from "./live-badge";

interface HeaderProps {
  onMenu(): void;
  onSearch(): void;
  /** What Ctrl is called here. */
  modifier: string;
}

export function Header({ onMenu, onSearch, modifier }: HeaderProps) {
  const t = useTranslations("shell");
  return (
    <header className="sticky top-0 z-30 flex h-(--header-height) items-center gap-3 border-b bg-background px-4 max-md:gap-1 max-md:px-3">
      <button
        type="button"
        aria-label={t("menu")}
        aria-haspopup="dialog"
        onClick={onMenu}
        className="-ml-2 inline-flex size-9 items-center justify-center rounded-md text-foreground-2 hover:bg-hover md:hidden"
      >
        <Menu aria-hidden className="icon-16" />
      </button>
      <Breadcrumb />
      <div className="ml-auto flex shrink-0 items-center gap-3 max-md:gap-1">
        <button
          type="button"
          onClick={onSearch}
          aria-haspopup="dialog"
          aria-keyshortcuts="Control+K Meta+K"
          className="flex h-[30px] w-[248px] items-center gap-2 rounded-md border border-input bg-card pr-1.5 pl-2.5 text-sm text-muted-foreground transition-colors hover:text-foreground max-lg:w-44 max-md:hidden"
        >
          <Search aria-hidden className="icon-14" />
          <span className="truncate">{t("search")}</span>
          <Kbd className="ml-auto">{`${modifier} K`}</Kbd>
        </button>
        <button
          type="button"
          aria-label={t("openSearch")}
          aria-haspopup="dialog"
          onClick={onSearch}
          className="inline-flex size-9 items-center justify-center rounded-md text-foreground-2 hover:bg-hover md:hidden"
        >
          <Search aria-hidden className="icon-16" />
        </button>
        <LiveBadge />
      </div>
    </header>
  );
}
