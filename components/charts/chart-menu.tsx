import { Download, Ellipsis, Table2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";

interface ChartMenuProps {
  title: string;
  onTable(): void;
  onCsv(): void;
}

export function ChartMenu({ title, onTable, onCsv }: ChartMenuProps) {
  const t = useTranslations("charts");
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon-sm" aria-label={t("menu", { title })} className="-mr-1">
          <Ellipsis aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuItem onSelect={onTable}>
          <Table2 aria-hidden />
          {t("asTable")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={onCsv}>
          <Download aria-hidden />
          {t("asCsv")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
