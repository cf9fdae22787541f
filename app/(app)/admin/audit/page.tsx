import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Suspense } from "react";
import { AuditFilters } from "@/components/audit/audit-filters";
import { AuditPager, NoEntries } from "@/components/audit/audit-footer";
import { AuditNumbers } from "@/components/audit/audit-numbers";
import { auditQueryOf, parseAuditQuery, type SearchParams } from "@/components/audit/audit-query";
import { NumbersSkeleton } from "@/components/audit/audit-skeleton";
import { AuditCards, AuditTable } from "@/components/audit/audit-table";
import { VerifyChain } from "@/components/audit/verify-chain";
import { Card } from "@/components/ui/card";
import { auditStats, listAudit } from "@/lib/audit/queries";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import type { Actor } from "@/lib/users/permissions";
import { verifyChain } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("audit") };
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseAuditQuery(await searchParams);
  const page = await listAudit(actor, auditQueryOf(query)).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  return (
    <>
      <div className="mb-3">
        <Suspense fallback={<NumbersSkeleton />}>
          <Numbers actor={actor} />
        </Suspense>
      </div>
      <AuditFilters query={query} />
      <VerifyChain verify={verifyChain} />
      <Card>
        {page.items.length > 0 ? (
          <>
            <AuditTable items={page.items} />
            <AuditCards items={page.items} />
            <AuditPager query={query} {...page} />
          </>
        ) : (
          <NoEntries query={query} />
        )}
      </Card>
    </>
  );
}

async function Numbers({ actor }: { actor: Actor }) {
  return <AuditNumbers stats={await auditStats(actor)} />;
}
