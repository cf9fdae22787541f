import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { apiDocument } from "@/app/api/openapi.json/document";
import { OperationCard } from "@/components/docs/operation-card";
import { chaptersOf } from "@/components/docs/reference";
import { requireUser } from "@/lib/http/actor";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("docs") };
}

export default async function ChapterPage({ params }: { params: Promise<{ chapter: string }> }) {
  await requireUser();
  const { chapter: name } = await params;
  const chapter = chaptersOf(await apiDocument()).find((one) => encodeURIComponent(one.name) === name);
  if (!chapter) notFound();
  return (
    <div className="flex flex-col gap-3">
      <p className="text-foreground-2 text-sm">{chapter.description}</p>
      {chapter.operations.map((operation) => (
        <OperationCard key={operation.id} operation={operation} />
      ))}
    </div>
  );
}
