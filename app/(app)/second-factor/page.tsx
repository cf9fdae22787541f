import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ForcedEnrolment } from "@/components/profile/forced-enrolment";
import { requireUser } from "@/lib/http/actor";
import { signOut } from "@/lib/http/session-actions";
import { beginTotp, confirmTotp } from "../profile/actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("profile.totp"))("title") };
}

export default async function SecondFactorPage() {
  const { mustEnrolTotp, login } = await requireUser();
  if (!mustEnrolTotp) redirect("/profile");
  return <ForcedEnrolment login={login} actions={{ beginTotp, confirmTotp }} signOut={signOut} />;
}
