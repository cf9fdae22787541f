"use client";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { EnrolForm } from "./enrol-form";
import type { EnrolActions } from "./profile-actions";

interface ForcedEnrolmentProps {
  login: string;
  actions: EnrolActions;
  signOut(): Promise<{ ok: boolean }>;
}

/** A second factor that the settings ask for: nothing else is open before. */
export function ForcedEnrolment({ login, actions, signOut }: ForcedEnrolmentProps) {
  const t = useTranslations();
  // The frame around the page changes with it: load it all anew.
  const leave = async () => {
    await signOut().catch(() => null);
    window.location.assign("/login");
  };
  return (
    <div className="grid gap-3">
      <h1 className="font-semibold text-lg">{t("profile.totp.forcedTitle")}</h1>
      <p className="text-sm">{t("profile.totp.forced")}</p>
      <EnrolForm login={login} actions={actions} onDone={() => window.location.assign("/")} />
      <Button variant="ghost" onClick={() => void leave()}>
        {t("shell.signOut")}
      </Button>
    </div>
  );
}
