import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { saveLanguage } from "@/app/preferences";
import { LoginForm } from "@/components/account/login-form";
import { PlainFrame } from "@/components/shell/plain-frame";
import { browserActor } from "@/lib/http/actor";
import { signIn } from "@/lib/http/session-actions";
import { isPlainNext } from "@/lib/plain-next";
import { registrationOpen } from "@/lib/users/registration";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("login"))("title") };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const t = await getTranslations("login");
  const { next } = await searchParams;
  if (await browserActor()) redirect("/");
  return (
    <PlainFrame saveLanguage={saveLanguage} hint={t(isPlainNext() ? "firstMigration" : "firstStart")}>
      <LoginForm signIn={signIn} next={typeof next === "string" ? next : "/"} />
      {(await registrationOpen().catch(() => false)) && <RegisterLink />}
    </PlainFrame>
  );
}

async function RegisterLink() {
  const t = await getTranslations("register");
  return (
    <p className="mt-4 text-center text-sm">
      <Link href="/register" className="text-primary-text hover:underline">
        {t("link")}
      </Link>
    </p>
  );
}
