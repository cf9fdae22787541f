import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { saveLanguage } from "@/app/preferences";
import { RegisterForm } from "@/components/account/register-form";
import { PlainFrame } from "@/components/shell/plain-frame";
import { Button } from "@/components/ui/button";
import { env } from "@/lib/env";
import { browserActor } from "@/lib/http/actor";
import { registrationOpen } from "@/lib/users/registration";
import { register } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("register"))("title") };
}

export default async function RegisterPage() {
  if (await browserActor()) redirect("/");
  return (
    <PlainFrame saveLanguage={saveLanguage}>
      {(await registrationOpen()) ? (
        <RegisterForm register={register} minLength={env().PASSWORD_MIN_LENGTH} />
      ) : (
        <Closed />
      )}
    </PlainFrame>
  );
}

async function Closed() {
  const t = await getTranslations("register");
  return (
    <div className="grid gap-3">
      <h1 className="text-lg font-semibold">{t("closedTitle")}</h1>
      <p className="text-sm text-muted-foreground">{t("closed")}</p>
      <Button asChild size="large" className="w-full">
        <Link href="/login">{t("toLogin")}</Link>
      </Button>
    </div>
  );
}
