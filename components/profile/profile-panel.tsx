"use client";
import { useRouter } from "next/navigation";
import type { OwnSession } from "@/lib/users/own-sessions";
import type { OwnToken, Profile, TotpState } from "@/lib/users/profile-schema";
import { AccountCard } from "./account-card";
import { PasswordCard } from "./password-card";
import { PreferencesCard } from "./preferences-card";
import type { ProfileActions } from "./profile-actions";
import { SecondFactorCard } from "./second-factor-card";
import { SessionsCard } from "./sessions-card";
import { TokensCard } from "./tokens-card";

interface ProfilePanelProps {
  profile: Profile;
  totp: TotpState;
  sessions: readonly OwnSession[];
  tokens: readonly OwnToken[];
  /** IANA names of time zones. */
  zones: readonly string[];
  /** Fewest characters of a password. */
  minLength: number;
  actions: ProfileActions;
  /** The server's time when the page was made, ms. */
  asOf: number;
}

/** Everything that is the viewer's own. */
export function ProfilePanel({ profile, totp, sessions, tokens, zones, minLength, actions, asOf }: ProfilePanelProps) {
  const router = useRouter();
  const onChanged = () => router.refresh();
  const { login, role, time_zone: timeZone } = profile;
  return (
    <div className="grid grid-cols-[minmax(0,404px)_minmax(0,1fr)] items-start gap-3 max-lg:grid-cols-1">
      <div className="grid gap-3">
        <AccountCard {...{ profile, asOf, onChanged }} saveProfile={actions.saveProfile} />
        <PreferencesCard {...{ timeZone, zones, actions, onChanged }} />
        <PasswordCard {...{ login, minLength, onChanged }} changePassword={actions.changePassword} />
      </div>
      <div className="grid gap-3">
        <SecondFactorCard {...{ login, totp, actions, onChanged }} />
        <SessionsCard {...{ sessions, actions, asOf, onChanged }} />
        <TokensCard {...{ tokens, role, actions, asOf, onChanged }} />
      </div>
    </div>
  );
}
