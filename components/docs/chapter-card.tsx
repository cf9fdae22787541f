import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Card, CardHead } from "../ui/card";
import { MethodBadge } from "./method-badge";
import type { Chapter } from "./reference";

/** The operations of a chapter, one line each, leading to their description. */
export async function ChapterCard({ chapter: { name, description, operations } }: { chapter: Chapter }) {
  const [t, roles] = await Promise.all([getTranslations("docs"), getTranslations("roles")]);
  const who = (its: string[]) =>
    its.length === 0 ? t("everyone") : its.map((role) => roles(role as "admin" | "operator" | "viewer")).join(", ");
  return (
    <Card aria-labelledby={`chapter-${name}`}>
      <CardHead id={`chapter-${name}`} title={name} meta={description} />
      <ul>
        {operations.map(({ id, method, path, summary, roles: its }) => (
          <li key={id} className="border-b last:border-b-0">
            <Link
              href={`/docs/${encodeURIComponent(name)}#${id}`}
              className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5 text-sm transition-colors hover:bg-hover"
            >
              <MethodBadge method={method} />
              <code className="break-all text-xs md:w-80">{path}</code>
              <span className="text-foreground-2 max-md:w-full">{summary}</span>
              <span className="text-muted-foreground text-xs md:ml-auto">{who(its)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
