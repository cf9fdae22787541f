import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Dialog } from "../ui/dialog";
import { Kbd } from "../ui/kbd";
import type { NavigationItem } from "./navigation";

interface ShortcutsDialogProps {
  open: boolean;
  onOpenChange(open: boolean): void;
  menu: readonly NavigationItem[];
  modifier: string;
}

export function ShortcutsDialog({ menu, modifier, ...dialog }: ShortcutsDialogProps) {
  const t = useTranslations();
  return (
    <Dialog {...dialog} title={t("shortcuts.title")} className="max-w-md">
      <div className="grid gap-4 p-4">
        <Group title={t("shortcuts.groupDo")}>
          <Row label={t("shortcuts.palette")} keys={[modifier, "K"]} />
          <Row label={t("shortcuts.search")} keys={["/"]} />
          <Row label={t("shortcuts.sidebar")} keys={[modifier, "B"]} />
          <Row label={t("shortcuts.help")} keys={["?"]} />
        </Group>
        <Group title={t("shortcuts.groupGo")}>
          {menu.map((item) => (
            <Row
              key={item.id}
              label={t("shortcuts.go", { page: t(`navigation.${item.id}`) })}
              keys={["G", item.key.toUpperCase()]}
              then={t("shortcuts.then")}
            />
          ))}
        </Group>
      </div>
    </Dialog>
  );
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1 text-xs text-muted-foreground">{title}</h3>
      <dl className="grid">{children}</dl>
    </section>
  );
}

/** `then` stands between keys that are pressed one after the other. */
function Row({ label, keys, then }: { label: string; keys: readonly [string, ...string[]]; then?: string }) {
  const [first, ...rest] = keys;
  return (
    <div className="flex h-8 items-center justify-between gap-4 border-b last:border-b-0">
      <dt className="text-sm">{label}</dt>
      <dd className="flex items-center gap-1 text-xs text-muted-foreground">
        <Kbd>{first}</Kbd>
        {rest.map((key) => (
          <span key={key} className="flex items-center gap-1">
            {then}
            <Kbd>{key}</Kbd>
          </span>
        ))}
      </dd>
    </div>
  );
}
