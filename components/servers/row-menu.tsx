"use client";
import {
  CirclePause,
  CirclePlay,
  Ellipsis,
  LoaderCircle,
  type LucideIcon,
  Pencil,
  PlugZap,
  RefreshCw,
  Trash2,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { toast } from "sonner";
import type { ServerActions, ServerAtHand } from "../server-form/server-actions";
import { useServerDialog } from "../server-form/use-server-dialog";
import { Button } from "../ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "../ui/dropdown-menu";

// Only whoever opens one loads it.
const DeleteServer = dynamic(() => import("../server-form/delete-server").then((module) => module.DeleteServer), {
  ssr: false,
});
const TestDialog = dynamic(() => import("../server-form/test-dialog").then((module) => module.TestDialog), {
  ssr: false,
});

interface ServerMenuProps {
  /** Only these fields: the whole row would travel to the browser with each menu. */
  server: ServerAtHand;
  /** Whether the viewer may change servers; without it there is no menu. */
  can: boolean;
  actions: ServerActions;
}

/** What can be done with a server. */
export function ServerMenu({ can, ...rest }: ServerMenuProps) {
  return can ? <Menu {...rest} /> : null;
}

function Menu({ server, actions }: Omit<ServerMenuProps, "can">) {
  const t = useTranslations("serverForm");
  const trigger = useRef<HTMLButtonElement>(null);
  const [shown, setShown] = useState<"test" | "delete" | null>(null);
  const edit = useServerDialog({ actions, returnTo: trigger });
  const { pause, collect } = useQuickVerbs(server, actions);
  const { name, enabled } = server;
  const close = () => setShown(null);
  const testable = server.has_postgres || server.host_kind === "ssh";
  const Icon = edit.loading ? LoaderCircle : Ellipsis;
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { name })}>
            <Icon aria-hidden className={edit.loading ? "motion-safe:animate-spin" : undefined} />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          <Item icon={Pencil} text={t("verbs.edit")} onSelect={() => void edit.open(name)} />
          {testable && <Item icon={PlugZap} text={t("verbs.test")} onSelect={() => setShown("test")} />}
          <Item
            icon={enabled ? CirclePause : CirclePlay}
            text={t(enabled ? "verbs.pause" : "verbs.resume")}
            onSelect={() => void pause(!enabled)}
          />
          {enabled && <Item icon={RefreshCw} text={t("verbs.collect")} onSelect={() => void collect()} />}
          <DropdownMenuSeparator />
          <Item icon={Trash2} text={t("verbs.delete")} onSelect={() => setShown("delete")} danger />
        </DropdownMenuContent>
      </DropdownMenu>
      {edit.dialog}
      {shown === "test" && <TestDialog server={server} onClose={close} returnTo={trigger} />}
      {shown === "delete" && <DeleteServer name={name} actions={actions} onClose={close} returnTo={trigger} />}
    </>
  );
}

interface ItemProps {
  icon: LucideIcon;
  text: string;
  onSelect(): void;
  danger?: boolean;
}

function Item({ icon: Icon, text, onSelect, danger }: ItemProps) {
  return (
    <DropdownMenuItem onSelect={onSelect} className={danger ? "text-crit-text" : undefined}>
      <Icon aria-hidden />
      {text}
    </DropdownMenuItem>
  );
}

/** What needs no dialog: a message says that it was done, and takes a pause back. */
function useQuickVerbs({ name }: ServerAtHand, actions: ServerActions) {
  const t = useTranslations("serverForm");
  const router = useRouter();
  const pause = async (enabled: boolean, undo = true): Promise<void> => {
    const answer = await actions.setEnabled({ name, enabled }).catch(() => null);
    if (!answer?.ok) return void toast.error(t("refused.failed"));
    const action = { label: t("undo"), onClick: () => void pause(!enabled, false) };
    toast.success(t(enabled ? "resumed" : "paused", { name }), undo ? { action } : {});
    router.refresh();
  };
  const collect = async (): Promise<void> => {
    const answer = await actions.run({ server: name }).catch(() => null);
    if (!answer?.ok) return void toast.error(t("refused.failed"));
    toast.success(t("collecting", { name }));
    // Asking takes a moment.
    setTimeout(() => router.refresh(), 2_000);
  };
  return { pause, collect };
}
