import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ServerTabs } from "@/components/server/server-tabs";
import { ServerTitle } from "@/components/server/server-title";
import { EditServerButton } from "@/components/server-form/edit-server-button";
import { atHand } from "@/components/servers/at-hand";
import { ServerMenu } from "@/components/servers/row-menu";
import { serverByName } from "@/lib/fleet/queries";
import type { ServerSummary } from "@/lib/fleet/schema";
import { PATH_HEADER, requireUser } from "@/lib/http/actor";
import { type Actor, can } from "@/lib/users/permissions";
import { serverActions } from "../server-actions";
import { databaseAt, findDatabase } from "./databases/[db]/find";

interface ServerParams {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: ServerParams): Promise<Metadata> {
  return { title: (await params).name };
}

export default async function ServerLayout({ params, children }: ServerParams & { children: ReactNode }) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server || !(await isThere(actor, server))) notFound();
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
      <ServerTabs name={server.name} hasPostgres={server.has_postgres} />
      {children}
    </>
  );
}

/**
 * When a page below turns out to show nothing, its answer has begun already, with a status of success. That a server has no
 * PostgreSQL, and so no databases, is something to show.
 */
async function isThere(actor: Actor, { id, has_postgres }: ServerSummary): Promise<boolean> {
  if (!has_postgres) return true;
  const asked = databaseAt((await headers()).get(PATH_HEADER) ?? "/");
  return asked === null || (await findDatabase(actor, id, asked)) !== null;
}
