"use client";
import { Eye, EyeOff } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useState } from "react";
import { Field } from "../ui/field";

type PasswordFieldProps = Omit<ComponentProps<typeof Field>, "type" | "end">;

/** A field for a password that its owner may look at. */
export function PasswordField(props: PasswordFieldProps) {
  const t = useTranslations("common");
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      className="h-9 pr-10 text-base"
      autoCapitalize="none"
      spellCheck={false}
      end={
        <button
          type="button"
          aria-label={shown ? t("hidePassword") : t("showPassword")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
          className="inline-flex size-7 items-center justify-center rounded-sm text-muted-foreground transition-colors hover:text-foreground"
        >
          <Icon aria-hidden className="icon-16" />
        </button>
      }
    />
  );
}
