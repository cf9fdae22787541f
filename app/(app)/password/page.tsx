import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { PasswordForm } from "@/components/account/password-form";
import { Card } from "@/components/ui/card";
import { env } from "@/lib/env";
import { requireUser } from "@/lib/http/actor";
import { changePassword } from "@/lib/http/session-actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("password"))("title") };
}

export default async function PasswordPage() {
  const { login, mustChangePassword } = await requireUser();
  const form = (
    <PasswordForm
      changePassword={changePassword}
      forced={mustChangePassword}
      login={login}
      minLength={env().PASSWORD_MIN_LENGTH}
    />
  );
  // The forced change has the plain frame's card around it already.
  return mustChangePassword ? form : <Card className="w-full max-w-[384px] p-5">{form}</Card>;
}
