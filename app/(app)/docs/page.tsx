import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { apiDocument } from "@/app/api/openapi.json/document";
import { ChapterCard } from "@/components/docs/chapter-card";
import { Introduction } from "@/components/docs/introduction";
import { chaptersOf } from "@/components/docs/reference";
import { requireUser } from "@/lib/http/actor";
import { VERSION } from "@/lib/version";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("docs") };
}

export default async function DocsPage() {
  await requireUser();
  const chapters = chaptersOf(await apiDocument());
  return (
    <div className="flex flex-col gap-3">
      <Introduction version={VERSION} />
      {chapters.map((chapter) => (
        <ChapterCard key={chapter.name} chapter={chapter} />
      ))}
    </div>
  );
}
