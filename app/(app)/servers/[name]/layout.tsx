import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ServerTabs } from "@/components/server/server-tabs";
import { ServerTitle } from "@/components/server/server-title";
import { EditServerButton } from "@/components/server-form/edit-server-button";
import { atHand } from "@/components/servers/at-hand";
import { ServerMenu } from "@/components/servers/row-menu";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { can } from "@/lib/users/permissions";
import { serverActions } from "../server-actions";

interface ServerParams {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: ServerParams): Promise<Metadata> {
  return { title: (await params).name };
}

export default async function ServerLayout({ params, children }: ServerParams & { children: ReactNode }) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  return (
    <>
      <ServerTitle server={server}>
        {can(actor, "servers:write") && (
          <>
            {/* On a phone the menu has it. */}
            <span className="max-md:hidden">
              <EditServerButton name={server.name} actions={serverActions} />
            </span>
            <ServerMenu server={atHand(server)} can actions={serverActions} />
          </>
        )}
      </ServerTitle>
      <ServerTabs name={server.name} />
      {children}
    </>
  );
}
