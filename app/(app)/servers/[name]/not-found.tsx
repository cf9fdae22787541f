import { ServerOff } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";

export default function ServerNotFound() {
  const t = useTranslations("server");
  return (
    <Card>
      <Empty icon={ServerOff} title={t("notFoundTitle")} text={t("notFound")}>
        <Button asChild variant="primary">
          <Link href="/servers">{t("allServers")}</Link>
        </Button>
      </Empty>
    </Card>
  );
}
