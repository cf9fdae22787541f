import { useLocale, useTranslations } from "next-intl";
import { formatNumber, formatRate } from "@/lib/format";
import type { InterfaceRow } from "./machine-rows";
import { SmallTable } from "./small-table";

/** What goes over this machine's network. */
export function NetworkCard({ rows }: { rows: readonly InterfaceRow[] }) {
  const t = useTranslations("overview.network");
  const locale = useLocale();
  return (
    <SmallTable
      title={t("title")}
      meta={t("meta")}
      none={t("none")}
      columns={[
        { label: t("interface"), className: "mono" },
        { label: t("received"), width: "w-24", numeric: true },
        { label: t("sent"), width: "w-24", numeric: true },
        { label: t("errors"), width: "w-16", numeric: true },
      ]}
      rows={rows.map(({ name, receivedPerSec, sentPerSec, errors }) => ({
        key: name,
        cells: [
          name,
          formatRate(receivedPerSec, locale, "bytes"),
          formatRate(sentPerSec, locale, "bytes"),
          formatNumber(errors, locale, 0),
        ],
      }))}
    />
  );
}
