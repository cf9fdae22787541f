import dynamic from "next/dynamic";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { toast } from "sonner";
import type { ServerActions, FormData as Start } from "./server-actions";

const code = () => import("./server-dialog").then((module) => module.ServerDialog);
// Only whoever opens it loads it.
const ServerDialog = dynamic(code, { ssr: false });

interface Wanted {
  actions: ServerActions;
  returnTo?: RefObject<HTMLElement | null>;
  onClose?(): void;
}

interface Opener {
  /** @param name the server to be changed; without one another is registered */
  open(name?: string): Promise<void>;
  loading: boolean;
  /** Stands beside what opens it. */
  dialog: ReactNode;
}

/** The dialog of a server, opened with what is stored at that moment. */
export function useServerDialog({ actions, returnTo, onClose }: Wanted): Opener {
  const t = useTranslations("serverForm.refused");
  const pathname = usePathname();
  const router = useRouter();
  const [start, setStart] = useState<Start | null>(null);
  const [loading, setLoading] = useState(false);
  const busy = useRef(false);
  const open = async (name?: string) => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    const coming = code().catch(() => null);
    const answer = await actions.load(name === undefined ? {} : { name }).catch(() => null);
    if (answer?.ok) await coming;
    busy.current = false;
    setLoading(false);
    if (answer?.ok) return setStart(answer.data);
    toast.error(t(answer?.error.code === "not_found" ? "gone" : "failed"));
    onClose?.();
  };
  const saved = (name: string) => {
    const before = start?.stored?.config.name;
    if (before === undefined || before === name) return;
    // A page of the server has its name in its address.
    const [root = "", servers = "", at, ...rest] = pathname.split("/");
    if (servers === "servers" && at === encodeURIComponent(before)) {
      router.replace([root, servers, encodeURIComponent(name), ...rest].join("/"));
    }
  };
  const close = () => {
    setStart(null);
    onClose?.();
  };
  const dialog = start && (
    <ServerDialog start={start} actions={actions} onClose={close} onSaved={saved} returnTo={returnTo} />
  );
  return { open, loading, dialog };
}
