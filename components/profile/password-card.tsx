import { useTranslations } from "next-intl";
import { useState } from "react";
import { PasswordForm } from "../account/password-form";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { Dialog } from "../ui/dialog";
import type { ProfileActions } from "./profile-actions";

interface PasswordCardProps {
  login: string;
  minLength: number;
  changePassword: ProfileActions["changePassword"];
  onChanged(): void;
}

export function PasswordCard({ login, minLength, changePassword, onChanged }: PasswordCardProps) {
  const t = useTranslations("profile.password");
  const [open, setOpen] = useState(false);
  const onDone = () => {
    setOpen(false);
    onChanged();
  };
  return (
    <Card>
      <CardHead title={t("title")} />
      <div className="grid gap-3 p-3">
        <p className="text-muted-foreground text-sm">{t("text")}</p>
        <Button className="justify-self-start" onClick={() => setOpen(true)}>
          {t("change")}
        </Button>
      </div>
      <Dialog open={open} onOpenChange={setOpen} title={t("change")} className="max-w-[384px]">
        <div className="p-4">
          <PasswordForm {...{ changePassword, login, minLength, onDone }} forced={false} />
        </div>
      </Dialog>
    </Card>
  );
}
