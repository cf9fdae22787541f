import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import type { KeyActions, KeyRow } from "@/components/ssh-keys/key-actions";
import { KeyCards } from "@/components/ssh-keys/key-cards";
import { keyTypeName } from "@/components/ssh-keys/key-type";
import { KeysTable } from "@/components/ssh-keys/keys-table";
import { KeysToolbar } from "@/components/ssh-keys/keys-toolbar";
import { NoKeys } from "@/components/ssh-keys/no-keys";
import { Card } from "@/components/ui/card";
import { requireUser } from "@/lib/http/actor";
import { keyTag, listKeys, serversByKey } from "@/lib/ssh-keys/queries";
import { can } from "@/lib/users/permissions";
import { generate, importKey, remove, update } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("sshKeys") };
}

const ACTIONS: KeyActions = { generate, importKey, update, remove };

export default async function SshKeysPage({ searchParams }: { searchParams: Promise<{ q?: string | string[] }> }) {
  const actor = await requireUser();
  const search = [(await searchParams).q ?? ""].flat()[0]?.trim() ?? "";
  const [all, servers] = await Promise.all([listKeys(actor), serversByKey(actor)]);
  const rows = all.map((key): KeyRow => ({ ...key, etag: keyTag(key), servers: servers.get(key.id) ?? [] }));
  const keys = rows.filter((key) => fits(key, search.toLowerCase()));
  const shown = { keys, manage: can(actor, "ssh_keys:manage"), actions: ACTIONS, asOf: Date.now() };
  return (
    <>
      <KeysToolbar search={search} actions={can(actor, "ssh_keys:create") ? ACTIONS : null} />
      <Card>
        {keys.length > 0 ? (
          <>
            <KeysTable {...shown} />
            <KeyCards {...shown} />
          </>
        ) : (
          <NoKeys search={search} />
        )}
      </Card>
    </>
  );
}

/** Anything that the list shows of a key may be searched, its servers and the whole fingerprint, too. */
function fits(key: KeyRow, search: string): boolean {
  const texts = [
    key.name,
    key.description ?? "",
    key.fingerprint,
    key.created_by ?? "",
    keyTypeName(key),
    ...key.servers,
  ];
  return texts.some((text) => text.toLowerCase().includes(search));
}
