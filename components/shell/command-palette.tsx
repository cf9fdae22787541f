import { Keyboard, KeyRound, Languages, LogOut, PanelLeft, Plus, Server, SunMoon, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import { StatusBadge } from "../status-badge";
import { useTheme } from "../theme-provider";
import { Command, CommandEmpty, CommandGroup, CommandInput, CommandList } from "../ui/command";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import { matchWords } from "./match-words";
import type { NavigationItem } from "./navigation";
import { PaletteChannels } from "./palette-channels";
import { PaletteEntry } from "./palette-entry";
import { useSignOut } from "./sign-out";
import { useServerNames } from "./use-server-names";
import type { ViewerActions } from "./viewer";

interface CommandPaletteProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  menu: readonly NavigationItem[];
  mayAddServers: boolean;
  actions: ViewerActions;
  modifier: string;
  onSidebar(): void;
  onShortcuts(): void;
}

/** Everything by its name: servers, pages, actions. */
export function CommandPalette({ open, onOpenChange, menu, ...rest }: CommandPaletteProps) {
  const t = useTranslations("palette");
  const [query, setQuery] = useState("");
  const close = () => onOpenChange(false);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("title")} bare className="max-w-[560px] overflow-hidden">
      <Command label={t("title")} loop filter={matchWords}>
        <CommandInput value={query} onValueChange={setQuery} placeholder={t("placeholder")} />
        <CommandList label={t("title")}>
          <CommandEmpty>{t("nothing", { query })}</CommandEmpty>
          <Servers onDone={close} />
          <PaletteChannels onDone={close} />
          <Pages menu={menu} onDone={close} />
          <Actions {...rest} onDone={close} />
        </CommandList>
      </Command>
    </Dialog>
  );
}

function Servers({ onDone }: { onDone(): void }) {
  const t = useTranslations("palette");
  const router = useRouter();
  const { servers, state } = useServerNames();
  if (state !== "ready") {
    return <p className="px-3 py-2 text-sm text-muted-foreground">{state === "failed" ? t("failed") : t("loading")}</p>;
  }
  return (
    <CommandGroup heading={t("servers")}>
      {servers.map(({ name, host, version, status }) => (
        <PaletteEntry
          key={name}
          value={`server ${name} ${host ?? ""}`}
          icon={<Server aria-hidden />}
          end={<StatusBadge status={status} />}
          onSelect={() => {
            onDone();
            router.push(`/servers/${encodeURIComponent(name)}`);
          }}
        >
          <span className="min-w-0 truncate normal-nums">{name}</span>
          <span className="truncate text-muted-foreground">{version ?? host}</span>
        </PaletteEntry>
      ))}
    </CommandGroup>
  );
}

function Pages({ menu, onDone }: { menu: readonly NavigationItem[]; onDone(): void }) {
  const t = useTranslations();
  const router = useRouter();
  return (
    <CommandGroup heading={t("palette.pages")}>
      {menu.map((item) => (
        <PaletteEntry
          key={item.id}
          value={`page ${t(`navigation.${item.id}`)}`}
          icon={<item.icon aria-hidden />}
          end={<Kbd>{`G ${item.key.toUpperCase()}`}</Kbd>}
          onSelect={() => {
            onDone();
            router.push(item.href);
          }}
        >
          {t(`navigation.${item.id}`)}
        </PaletteEntry>
      ))}
    </CommandGroup>
  );
}

type ActionsProps = Omit<CommandPaletteProps, "open" | "onOpenChange" | "menu"> & { onDone(): void };

function Actions({ mayAddServers, actions, modifier, onSidebar, onShortcuts, onDone }: ActionsProps) {
  const t = useTranslations();
  const locale = useLocale();
  const router = useRouter();
  const signOut = useSignOut(actions.signOut);
  const { resolvedTheme, setTheme } = useTheme();
  const otherTheme = resolvedTheme === "dark" ? "light" : "dark";
  const then = (run: () => unknown) => () => {
    onDone();
    run();
  };
  return (
    <CommandGroup heading={t("palette.actions")}>
      {mayAddServers && (
        <PaletteEntry icon={<Plus aria-hidden />} onSelect={then(() => router.push("/servers?add=1"))}>
          {t("serverForm.add")}
        </PaletteEntry>
      )}
      <PaletteEntry icon={<SunMoon aria-hidden />} onSelect={then(() => setTheme(otherTheme))}>
        {t("palette.toggleTheme", { theme: otherTheme })}
      </PaletteEntry>
      {LOCALES.filter((other) => other !== locale).map((other) => (
        <PaletteEntry key={other} icon={<Languages aria-hidden />} onSelect={then(() => actions.saveLanguage(other))}>
          {t("palette.inLanguage", { language: LOCALE_NAMES[other] })}
        </PaletteEntry>
      ))}
      <PaletteEntry icon={<PanelLeft aria-hidden />} end={<Kbd>{`${modifier} B`}</Kbd>} onSelect={then(onSidebar)}>
        {t("palette.collapse")}
      </PaletteEntry>
      <PaletteEntry icon={<Keyboard aria-hidden />} end={<Kbd>{"?"}</Kbd>} onSelect={then(onShortcuts)}>
        {t("palette.shortcuts")}
      </PaletteEntry>
      <PaletteEntry icon={<UserRound aria-hidden />} onSelect={then(() => router.push("/profile"))}>
        {t("navigation.profile")}
      </PaletteEntry>
      <PaletteEntry icon={<KeyRound aria-hidden />} onSelect={then(() => router.push("/password"))}>
        {t("shell.changePassword")}
      </PaletteEntry>
      <PaletteEntry icon={<LogOut aria-hidden />} onSelect={then(signOut)}>
        {t("shell.signOut")}
      </PaletteEntry>
    </CommandGroup>
  );
}
