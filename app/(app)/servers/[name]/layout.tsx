import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { ServerTabs } from "@/components/server/server-tabs";
import { ServerTitle } from "@/components/server/server-title";
import { serverByName } from "@/lib/fleet/queries";
import { requireUser } from "@/lib/http/actor";

interface ServerParams {
  params: Promise<{ name: string }>;
}

export async function generateMetadata({ params }: ServerParams): Promise<Metadata> {
  return { title: decodeURIComponent((await params).name) };
}

export default async function ServerLayout({ params, children }: ServerParams & { children: ReactNode }) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  return (
    <>
      <ServerTitle server={server} />
      <ServerTabs name={server.name} />
      {children}
    </>
  );
}
