import { notFound } from "next/navigation";
import { ActivityPanel } from "@/components/activity-live/panel";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";
import { NoPostgres } from "../no-postgres";
import { endSession } from "./actions";

interface ActivityPageProps {
  params: Promise<{ name: string }>;
}

/** Waits for nobody: the browser asks for the sessions. */
export default async function ActivityPage({ params }: ActivityPageProps) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (!server.has_postgres) return <NoPostgres actor={actor} server={server} />;
  return <ActivityPanel key={server.name} server={server.name} end={endSession} />;
}
