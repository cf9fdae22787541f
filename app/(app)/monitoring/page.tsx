import { redirect } from "next/navigation";
import { requireUser } from "@/lib/http/actor";

/** Where clients of older monitors look for streams. */
export default async function MonitoringPage() {
  await requireUser();
  redirect("/streams");
}
