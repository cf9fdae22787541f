"use client";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";

/** Files of one server and range. */
export interface ExportGroup {
  label: string;
  files: readonly { label: string; href: string }[];
}

/** Every sample behind the page's charts, as files. */
export function ExportMenu({ groups }: { groups: readonly ExportGroup[] }) {
  const t = useTranslations("history");
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button disabled={groups.length === 0}>
          <Download aria-hidden />
          {t("export")}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="min-w-60">
        {groups.map(({ label, files }) => (
          <div key={files[0]?.href ?? label}>
            <DropdownMenuLabel>{label}</DropdownMenuLabel>
            {files.map((file) => (
              <DropdownMenuItem key={file.href} asChild>
                <a href={file.href} download>
                  {file.label}
                </a>
              </DropdownMenuItem>
            ))}
          </div>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
