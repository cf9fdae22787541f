import { Database } from "lucide-react";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { ActivityPanel } from "@/components/activity-live/panel";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { endSession } from "./actions";

interface ActivityPageProps {
  params: Promise<{ name: string }>;
}

/** Waits for nobody: the browser asks for the sessions. */
export default async function ActivityPage({ params }: ActivityPageProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (!server.has_postgres) return <NoPostgres />;
  return <ActivityPanel key={server.name} server={server.name} end={endSession} />;
}

async function NoPostgres() {
  const t = await getTranslations("server");
  return (
    <Card>
      <Empty icon={Database} title={t("noPostgresTitle")} text={t("noPostgres")} />
    </Card>
  );
}
