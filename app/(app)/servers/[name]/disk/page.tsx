import { HardDrive } from "lucide-react";
import { getTranslations } from "next-intl/server";
import { SPAN } from "@/components/server/chart-grid";
import { DiskCharts } from "@/components/server/disk-charts";
import { diskQueries } from "@/components/server/section-queries";
import { storagePlaces } from "@/components/server/storage";
import { StorageTable } from "@/components/server/storage-table";
import { EditServerButton } from "@/components/server-form/edit-server-button";
import { Card } from "@/components/ui/card";
import { Empty } from "@/components/ui/empty";
import { can } from "@/lib/users/permissions";
import { serverActions } from "../../server-actions";
import { type SectionProps, sectionOf } from "../section";
import { readForecasts, storageFilling } from "./read";

export default async function DiskPage(props: SectionProps) {
  const t = await getTranslations("server");
  return sectionOf(props, diskQueries, async ({ actor, server, initial, latest, thresholds }) => {
    const unread = server.host_kind === null ? t("noMachineDisk") : undefined;
    const places = storagePlaces(latest);
    return {
      strip: unread && (
        <Card className="mb-2.5">
          <Empty icon={HardDrive} title={t("noMachineTitle")} text={unread}>
            {can(actor, "servers:write") && <EditServerButton name={server.name} actions={serverActions} />}
          </Empty>
        </Card>
      ),
      charts: (
        <>
          {!unread && (
            <StorageTable
              places={places}
              forecasts={await readForecasts(actor, server, storageFilling(places))}
              thresholds={thresholds.disk_percent}
              className={SPAN.full}
            />
          )}
          <DiskCharts
            main={initial.main?.result.series ?? []}
            sizes={initial.sizes?.result.series ?? []}
            marks={thresholds.disk_percent}
            machine={!unread}
            unavailable={server.ssh?.message ?? undefined}
          />
        </>
      ),
    };
  });
}
