import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "./ui/button";

/** There is no such page, or no such server: where to go instead. */
export function NotFoundNotice({ heading: Heading = "h2" }: { heading?: "h1" | "h2" }) {
  const t = useTranslations();
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-2 p-4 text-center">
      <p className="text-sm text-muted-foreground">{"404"}</p>
      <Heading className="text-lg font-semibold">{t("errors.notFoundTitle")}</Heading>
      <p className="max-w-md text-sm text-muted-foreground">{t("errors.notFound")}</p>
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        <Button variant="primary" asChild>
          <Link href="/">{t("common.backToOverview")}</Link>
        </Button>
        <Button asChild>
          <Link href="/servers">{t("errors.serverList")}</Link>
        </Button>
      </div>
    </div>
  );
}
