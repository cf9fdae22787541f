import { TriangleAlert } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { Suspense, use } from "react";
import { formatBytes, formatNumber, formatTime, formatUnit } from "@/lib/format";
import type { RetentionPolicy, StorageRates, StoredHistory } from "@/lib/metrics/retention";
import { type DiskCost, dailyGrowth, diskCost } from "@/lib/retention/cost";
import { cn } from "@/lib/utils";
import { useTimeZone } from "../clock";
import { Card, CardHead } from "../ui/card";
import { Skeleton } from "../ui/skeleton";

interface DiskCostCardProps {
  rates: Promise<StorageRates>;
  /** As it stands in the form. */
  policy: RetentionPolicy;
  /** As it is saved. */
  before: RetentionPolicy;
  stored: StoredHistory;
}

const PARTS = [
  { key: "fullBytes", name: "full", color: "bg-chart-1" },
  { key: "reducedBytes", name: "reduced", color: "bg-chart-2" },
  { key: "hourlyBytes", name: "hourly", color: "bg-chart-3" },
] as const;

/** What the policy in the form will take of the disk, as one types. */
export function DiskCostCard({ stored, ...rest }: DiskCostCardProps) {
  const t = useTranslations("settings.disk");
  return (
    <Card>
      <CardHead title={t("title")} meta={t("meta")} />
      <div className="grid gap-3 p-3">
        <Suspense fallback={<Skeleton className="h-[120px]" />}>
          <Cost {...rest} />
        </Suspense>
        <Stored {...stored} />
      </div>
    </Card>
  );
}

function Cost({ rates: measuring, policy, before }: Omit<DiskCostCardProps, "stored">) {
  const t = useTranslations("settings.disk");
  const rates = use(measuring);
  const cost = diskCost(rates, policy);
  if (rates.fullBytesPerHour === 0) return <p className="text-muted-foreground text-sm">{t("unknown")}</p>;
  if (!cost) return <Growth bytesPerDay={dailyGrowth(rates)} />;
  return (
    <>
      <Steady cost={cost} before={diskCost(rates, before)} />
      <Parts cost={cost} policy={policy} />
    </>
  );
}

function Figure({ bytes, label }: { bytes: number; label: string }) {
  const { value, unit } = formatUnit(bytes, "bytes", useLocale());
  return (
    <p className="flex flex-wrap items-baseline gap-x-1.5">
      <output className="font-semibold text-xl">
        {value} <span className="font-normal text-muted-foreground text-sm">{unit}</span>
      </output>
      <span className="text-muted-foreground text-xs">{label}</span>
    </p>
  );
}

/** Nothing is ever deleted. */
function Growth({ bytesPerDay }: { bytesPerDay: number }) {
  const t = useTranslations("settings.disk");
  return (
    <div className="grid gap-1">
      <Figure bytes={bytesPerDay} label={t("perDay")} />
      <p className="flex gap-1.5 text-warn-text text-xs">
        <TriangleAlert aria-hidden className="icon-12 mt-0.5" />
        {t("forever")}
      </p>
    </div>
  );
}

function Steady({ cost, before }: { cost: DiskCost; before: DiskCost | null }) {
  const t = useTranslations("settings.disk");
  const locale = useLocale();
  const days = Math.round(cost.steadyAfterDays);
  const changed = before !== null && before.totalBytes !== cost.totalBytes;
  return (
    <div className="grid gap-1">
      <Figure bytes={cost.totalBytes} label={t("steady")} />
      <p className="text-muted-foreground text-xs">
        {t("reached", { days })}
        {changed && ` ${t("saved", { size: formatBytes(before.totalBytes, locale) })}`}
      </p>
    </div>
  );
}

function Parts({ cost, policy }: { cost: DiskCost; policy: RetentionPolicy }) {
  const t = useTranslations("settings.disk");
  const steps = useTranslations("settings.step");
  const locale = useLocale();
  const age = {
    full: t("days", { days: policy.downsampleAfterDays }),
    reduced: `${steps(policy.downsampleInterval)}, ${t("days", { days: policy.retentionDays })}`,
    hourly: t("months", { months: policy.retentionMonths }),
  };
  return (
    <div className="grid gap-2">
      <div aria-hidden className="flex h-2 gap-px overflow-hidden rounded-sm bg-selected">
        {PARTS.map(({ key, color }) => (
          <span key={key} className={cn("h-full", color)} style={{ flexGrow: cost[key], flexBasis: 0 }} />
        ))}
      </div>
      <dl className="grid gap-1 text-xs">
        {PARTS.map(({ key, name, color }) => (
          <div key={key} className="flex items-center gap-2">
            <span aria-hidden className={cn("size-2 rounded-[2px]", color)} />
            <dt className="flex min-w-0 gap-1.5">
              {t(name)}
              <span className="truncate text-muted-foreground">{cost[key] > 0 ? age[name] : t("none")}</span>
            </dt>
            <dd className="ml-auto font-medium">
              {formatBytes(cost[key], locale)}
              <span className="ml-1.5 inline-block w-9 text-right font-normal text-muted-foreground">
                {`${formatNumber((cost[key] / cost.totalBytes) * 100, locale, 0)}%`}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function Stored({ bytes, oldest }: StoredHistory) {
  const t = useTranslations("settings.disk");
  const locale = useLocale();
  const size = formatBytes(bytes, locale);
  const timeZone = useTimeZone();
  const since = oldest === null ? null : formatTime(new Date(oldest), { locale, timeZone, style: "date" });
  return (
    <p className="border-t pt-2 text-foreground-2 text-xs">
      {since === null ? t("nothingStored") : t("stored", { size, since })}
    </p>
  );
}
