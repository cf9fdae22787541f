import { useTranslations } from "next-intl";
import { type ChangeEvent, useId } from "react";
import { ROLES, type Role } from "@/lib/users/permissions";
import { Label } from "../ui/label";

interface RoleChoiceProps {
  value: Role;
  onChange(event: ChangeEvent<HTMLSelectElement>): void;
  disabled?: boolean;
  hint?: string;
}

/** One of the roles, each with what it may. */
export function RoleChoice({ hint, ...select }: RoleChoiceProps) {
  const t = useTranslations();
  const id = useId();
  return (
    <div className="grid gap-1.5">
      <Label htmlFor={id}>{t("users.columns.role")}</Label>
      <select
        id={id}
        aria-describedby={hint ? `${id}-note` : undefined}
        className="h-8 w-full rounded-md border border-input bg-card px-2 text-sm text-foreground focus-visible:outline-2 focus-visible:-outline-offset-1 disabled:border-border disabled:text-disabled-foreground max-md:h-9 max-md:text-lg"
        {...select}
      >
        {ROLES.map((role) => (
          <option key={role} value={role}>
            {t("users.roleMeaning", { role: t(`roles.${role}`), meaning: t(`users.meaning.${role}`) })}
          </option>
        ))}
      </select>
      {hint && (
        <p id={`${id}-note`} className="text-xs text-muted-foreground">
          {hint}
        </p>
      )}
    </div>
  );
}
