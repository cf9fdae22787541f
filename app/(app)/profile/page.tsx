import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { saveLanguage } from "@/app/preferences";
import { ProfilePanel } from "@/components/profile/profile-panel";
import { env } from "@/lib/env";
import { requireUser } from "@/lib/http/actor";
import { changePassword } from "@/lib/http/session-actions";
import { ownSessions } from "@/lib/users/own-sessions";
import { ownTokens } from "@/lib/users/own-tokens";
import { readProfile } from "@/lib/users/profile";
import { readTotp } from "@/lib/users/totp-enrolment";
import {
  beginTotp,
  confirmTotp,
  createToken,
  disableTotp,
  endOthers,
  endSession,
  newRecoveryCodes,
  revokeToken,
  saveProfile,
} from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("profile") };
}

const ACTIONS = {
  ...{ saveProfile, saveLanguage, changePassword },
  ...{ beginTotp, confirmTotp, disableTotp, newRecoveryCodes },
  ...{ endSession, endOthers, createToken, revokeToken },
};

export default async function ProfilePage() {
  const actor = await requireUser();
  const [profile, totp, sessions, tokens] = await Promise.all([
    readProfile(actor),
    readTotp(actor),
    ownSessions(actor),
    ownTokens(actor),
  ]);
  return (
    <ProfilePanel
      profile={profile}
      totp={totp}
      sessions={sessions}
      tokens={tokens}
      zones={Intl.supportedValuesOf("timeZone")}
      minLength={env().PASSWORD_MIN_LENGTH}
      actions={ACTIONS}
      asOf={Date.now()}
    />
  );
}
