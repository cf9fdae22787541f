import { Moon, Sun, SunMoon } from "lucide-react";
import { useTranslations } from "next-intl";
import { firstTheme } from "@/lib/theme";
import { useTheme } from "../theme-provider";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";
import { FOOTER_BUTTON } from "./footer-button";

const THEMES = [
  { id: "light", icon: Sun },
  { id: "dark", icon: Moon },
  { id: "system", icon: SunMoon },
] as const;

export function ThemeChoice() {
  const t = useTranslations("shell");
  const { theme, setTheme } = useTheme();
  const current = THEMES.find(({ id }) => id === theme) ?? THEMES[2];
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={FOOTER_BUTTON} aria-label={`${t("theme")}: ${t(current.id)}`}>
        <current.icon aria-hidden className="icon-14" />
        <span data-label>{t(current.id)}</span>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup value={current.id} onValueChange={(value) => setTheme(firstTheme(value))}>
          {THEMES.map(({ id, icon: Icon }) => (
            <DropdownMenuRadioItem key={id} value={id}>
              <Icon aria-hidden />
              {t(id)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
