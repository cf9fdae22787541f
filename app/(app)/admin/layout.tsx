import { headers } from "next/headers";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { isOpenTo } from "@/components/shell/navigation";
import { PATH_HEADER, requireUser } from "@/lib/http/actor";

/** Answers 404 before anything of a page is sent; what a page reads is allowed or refused by its own queries. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const { role } = await requireUser();
  const path = (await headers()).get(PATH_HEADER) ?? "";
  if (!isOpenTo(role, path.split("?")[0] ?? "")) notFound();
  return children;
}
