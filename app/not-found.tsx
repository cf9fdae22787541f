import Link from "next/link";
import { getTranslations } from "next-intl/server";
import { Button } from "@/components/ui/button";

export default async function NotFound() {
  const t = await getTranslations();
  return (
    <div className="flex min-h-[60vh] flex-1 flex-col items-center justify-center gap-2 p-4 text-center">
      <p className="text-sm text-muted-foreground">{"404"}</p>
      <h1 className="text-lg font-semibold">{t("errors.notFoundTitle")}</h1>
      <p className="max-w-md text-sm text-muted-foreground">{t("errors.notFound")}</p>
      <div className="mt-2 flex gap-2">
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
