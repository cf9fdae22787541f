import { ArrowDown, ArrowUp, Download, Ellipsis, Image as ImageIcon, Maximize2, Table2, Trash2 } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";

/** Something else that can be done with a chart: an address that does it. */
export interface ChartLink {
  label: string;
  href: string;
  icon: "earlier" | "later" | "remove" | "file";
}

const ICONS = { earlier: ArrowUp, later: ArrowDown, remove: Trash2, file: Download };

interface ChartMenuProps {
  title: string;
  onTable(): void;
  onCsv(): void;
  onPng?(): void;
  onFullScreen?(): void;
  links?: readonly ChartLink[] | undefined;
}

export function ChartMenu({ title, onTable, onCsv, onPng, onFullScreen, links = [] }: ChartMenuProps) {
  const t = useTranslations("charts");
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={t("menu", { title })} className="-mr-1">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        {onFullScreen && (
          <DropdownMenuItem onSelect={onFullScreen}>
            <Maximize2 aria-hidden />
            {t("fullScreen")}
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={onTable}>
          <Table2 aria-hidden />
          {t("asTable")}
        </DropdownMenuItem>
        {onPng && (
          <DropdownMenuItem onSelect={onPng}>
            <ImageIcon aria-hidden />
            {t("asPng")}
          </DropdownMenuItem>
        )}
        <DropdownMenuItem onSelect={onCsv}>
          <Download aria-hidden />
          {t("asCsv")}
        </DropdownMenuItem>
        {links.length > 0 && <DropdownMenuSeparator />}
        {links.map((link) => (
          <LinkItem key={link.href} {...link} />
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}

function LinkItem({ label, href, icon }: ChartLink) {
  const Icon = ICONS[icon];
  const content = (
    <>
      <Icon aria-hidden />
      {label}
    </>
  );
  return (
    <DropdownMenuItem asChild>
      {icon === "file" ? (
        <a href={href} download>
          {content}
        </a>
      ) : (
        <Link href={href} scroll={false} prefetch={false}>
          {content}
        </Link>
      )}
    </DropdownMenuItem>
  );
}
