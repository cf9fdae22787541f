import { Database } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { EditServerButton } from "@/components/server-form/edit-server-button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import type { ServerSummary } from "@/lib/fleet/schema";
import { type Actor, can } from "@/lib/users/permissions";
import { serverActions } from "../server-actions";

interface NoPostgresProps {
  actor: Actor;
  server: Pick<ServerSummary, "name">;
}

/** In place of what only PostgreSQL can tell, where none is watched. */
export async function NoPostgres({ actor, server }: NoPostgresProps) {
  const t = await getTranslations("server");
  return (
    <Card>
      <Empty icon={Database} title={t("noPostgresTitle")} text={t("noPostgres")}>
        {can(actor, "servers:write") && <EditServerButton name={server.name} actions={serverActions} />}
      </Empty>
    </Card>
  );
}
