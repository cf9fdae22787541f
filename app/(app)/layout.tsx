import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { saveLanguage, saveSidebar } from "@/app/preferences";
import { SessionExpiry } from "@/components/account/session-expiry";
import { LiveProvider } from "@/components/live/live-provider";
import { PlainFrame } from "@/components/shell/plain-frame";
import { Shell } from "@/components/shell/shell";
import { Toaster } from "@/components/ui/sonner";
import { owedPage, requireUser } from "@/lib/http/actor";
import { signOut } from "@/lib/http/session-actions";
import { isPlainNext } from "@/lib/plain-next";
import { can } from "@/lib/users/permissions";
import { pendingUsers } from "@/lib/users/queries";
import { readSessionEnd } from "@/lib/users/session-end";

export default async function SignedInLayout({ children }: { children: ReactNode }) {
  const actor = await requireUser();
  const { login, role } = actor;
  if (owedPage(actor) !== null) return <PlainFrame saveLanguage={saveLanguage}>{children}</PlainFrame>;
  const collapsed = (await cookies()).get("sidebar")?.value === "icons";
  const { expires_in } = await readSessionEnd(actor);
  const waiting = can(actor, "users:manage") ? { users: await pendingUsers(actor) } : {};
  return (
    <LiveProvider withoutSockets={isPlainNext()}>
      <Shell viewer={{ login, role, waiting }} actions={{ saveLanguage, saveSidebar, signOut }} collapsed={collapsed}>
        {children}
      </Shell>
      {expires_in !== null && <SessionExpiry secondsLeft={expires_in} signOut={signOut} />}
      <Toaster />
    </LiveProvider>
  );
}
