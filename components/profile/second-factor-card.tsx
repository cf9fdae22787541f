import { ShieldAlert, ShieldCheck } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import type { TotpState } from "@/lib/users/profile-schema";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { Dialog } from "../ui/dialog";
import { EnrolForm } from "./enrol-form";
import type { ProfileActions } from "./profile-actions";
import { ProveDialog } from "./prove-dialog";
import { RecoveryCodes } from "./recovery-codes";

interface SecondFactorCardProps {
  login: string;
  totp: TotpState;
  actions: ProfileActions;
  /** Reads the page anew. */
  onChanged(): void;
}

/** Fewer codes left than this, and it is time for new ones. */
const FEW_CODES = 3;

/** Whether signing in needs a code as well, and what can be done about it. */
export function SecondFactorCard({ login, totp, actions, onChanged }: SecondFactorCardProps) {
  const t = useTranslations("profile.totp");
  const [open, setOpen] = useState<"enrol" | "disable" | "renew" | null>(null);
  const close = () => {
    setOpen(null);
    onChanged();
  };
  const Icon = totp.enabled ? ShieldCheck : ShieldAlert;
  const few = totp.enabled && totp.recovery_codes_left < FEW_CODES;
  return (
    <Card>
      <CardHead
        title={t("title")}
        actions={
          <Badge tone={totp.enabled ? "ok" : "idle"}>
            <Icon aria-hidden />
            {t(totp.enabled ? "on" : "off")}
          </Badge>
        }
      />
      <div className="grid gap-3 p-3">
        <p className="text-muted-foreground text-sm">{t(totp.enabled ? "onText" : "why")}</p>
        {totp.required && <p className="text-muted-foreground text-xs">{t("required")}</p>}
        {totp.enabled && (
          <p className={few ? "text-sm text-warn-text" : "text-sm"}>{t("left", { count: totp.recovery_codes_left })}</p>
        )}
        <div className="flex flex-wrap gap-2">
          {totp.enabled ? (
            <>
              <Button onClick={() => setOpen("renew")}>{t("renew")}</Button>
              <Button variant="danger" onClick={() => setOpen("disable")}>
                {t("turnOff")}
              </Button>
            </>
          ) : (
            <Button variant="primary" onClick={() => setOpen("enrol")}>
              {t("setUp")}
            </Button>
          )}
        </div>
      </div>
      {open !== null && <SecondFactorDialog verb={open} {...{ login, totp, actions }} onClose={close} />}
    </Card>
  );
}

interface SecondFactorDialogProps {
  verb: "enrol" | "disable" | "renew";
  login: string;
  totp: TotpState;
  actions: ProfileActions;
  onClose(): void;
}

function SecondFactorDialog({ verb, login, totp, actions, onClose }: SecondFactorDialogProps) {
  const t = useTranslations("profile.totp");
  const over = (text: string) => {
    toast.success(text);
    onClose();
    return null;
  };
  if (verb === "enrol") {
    return (
      <Dialog open onOpenChange={(open) => !open && onClose()} title={t("setUpTitle")} className="max-w-md">
        <div className="p-4">
          <EnrolForm login={login} actions={actions} onDone={() => over(t("turnedOn"))} onCancel={onClose} />
        </div>
      </Dialog>
    );
  }
  if (verb === "disable") {
    return (
      <ProveDialog
        login={login}
        title={t("turnOffTitle")}
        text={t(totp.required ? "turnOffRequired" : "turnOffText")}
        submit={t("turnOff")}
        danger
        run={actions.disableTotp}
        onDone={() => {
          // Whoever has to have one sets the next one up at once.
          if (totp.required) window.location.assign("/second-factor");
          return over(t("turnedOff"));
        }}
        onClose={onClose}
      />
    );
  }
  return (
    <ProveDialog
      login={login}
      title={t("renew")}
      text={t("renewText")}
      submit={t("renew")}
      run={actions.newRecoveryCodes}
      onDone={(codes) => <RecoveryCodes codes={codes} onDone={onClose} />}
      onClose={onClose}
    />
  );
}
