import { useLocale, useTranslations } from "next-intl";
import { toast } from "sonner";
import { formatTime } from "@/lib/format";
import type { Profile } from "@/lib/users/profile-schema";
import { FormError } from "../account/form-error";
import { Age } from "../age";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { Field } from "../ui/field";
import type { ProfileActions } from "./profile-actions";
import { textOf, useProfileAction } from "./use-profile-action";

interface AccountCardProps {
  profile: Profile;
  saveProfile: ProfileActions["saveProfile"];
  asOf: number;
  onChanged(): void;
}

/** Who the viewer is, and the address under which they are told things. */
export function AccountCard({ profile, saveProfile, asOf, onChanged }: AccountCardProps) {
  const t = useTranslations();
  const locale = useLocale();
  const timeZone = useTimeZone();
  const form = useProfileAction(
    (fields) => saveProfile({ email: textOf(fields, "email") }),
    () => {
      toast.success(t("profile.saved"));
      onChanged();
    },
  );
  const created = formatTime(new Date(profile.created_at), { locale, timeZone, style: "date" });
  return (
    <Card>
      <CardHead title={t("profile.account.title")} />
      <div className="grid gap-3 p-3">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
          <dt className="text-muted-foreground">{t("profile.account.login")}</dt>
          <dd className="truncate font-medium" translate="no">
            {profile.login}
          </dd>
          <dt className="text-muted-foreground">{t("profile.account.role")}</dt>
          <dd>{t(`roles.${profile.role}`)}</dd>
          <dt className="text-muted-foreground">{t("profile.account.created")}</dt>
          <dd>{created}</dd>
          {profile.last_login && (
            <>
              <dt className="text-muted-foreground">{t("profile.account.lastLogin")}</dt>
              <dd>
                <Age since={profile.last_login} asOf={asOf} ago />
              </dd>
            </>
          )}
        </dl>
        <form action={form.submit} className="grid gap-3 border-t pt-3">
          <Field
            key={profile.email}
            label={t("profile.account.email")}
            name="email"
            type="email"
            autoComplete="email"
            maxLength={254}
            defaultValue={profile.email ?? ""}
            error={form.errorOf("email")}
            hint={t("profile.account.emailHint")}
          />
          <FormError>{form.failure}</FormError>
          <Button type="submit" aria-disabled={form.pending || undefined} className="justify-self-start">
            {t("profile.save")}
          </Button>
        </form>
      </div>
    </Card>
  );
}
