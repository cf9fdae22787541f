import { Download } from "lucide-react";
import Form from "next/form";
import { useTranslations } from "next-intl";
import { type ComponentProps, useId } from "react";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Input } from "../ui/input";
import { Label } from "../ui/label";
import { type AuditPageQuery, auditFile, offeredTypes } from "./audit-query";
import { useEventName } from "./event-name";

const CONTROL = "h-[30px] max-md:h-9";

/** The filters, which go to the address, and the file. */
export function AuditFilters({ query }: { query: AuditPageQuery }) {
  const t = useTranslations("audit");
  const nameOf = useEventName();
  return (
    <Form
      // What was typed belongs to the address it was typed at.
      key={JSON.stringify(query)}
      action="/admin/audit"
      scroll={false}
      aria-label={t("filters")}
      className="mb-3 flex flex-wrap items-end gap-2"
    >
      <Labelled label={t("user")} name="username" defaultValue={query.username} className="w-36" />
      <label className="grid gap-1 font-medium text-foreground-2 text-xs max-md:w-full">
        {t("type")}
        <select
          name="event_type"
          defaultValue={query.event_type}
          className={cn(
            CONTROL,
            "w-52 rounded-md border border-input bg-card px-2 font-normal text-foreground text-sm focus-visible:outline-2 focus-visible:-outline-offset-1 max-md:w-full max-md:text-lg",
          )}
        >
          <option value="">{t("allTypes")}</option>
          {offeredTypes(query.event_type).map((type) => (
            <option key={type} value={type}>
              {nameOf(type)}
            </option>
          ))}
        </select>
      </label>
      <Labelled label={t("from")} name="date_from" type="date" defaultValue={query.date_from.slice(0, 10)} />
      <Labelled label={t("to")} name="date_to" type="date" defaultValue={query.date_to.slice(0, 10)} />
      <Labelled label={t("ip")} name="ip" defaultValue={query.ip} className="w-36" inputMode="decimal" />
      <Button type="submit">{t("apply")}</Button>
      <Button asChild className="ml-auto" title={t("fileHint")}>
        <a href={auditFile(query)} download>
          <Download aria-hidden />
          {t("file")}
        </a>
      </Button>
    </Form>
  );
}

function Labelled({ label, className, ...input }: ComponentProps<"input"> & { label: string }) {
  const id = useId();
  return (
    <div className="grid gap-1 max-md:w-[calc(50%-4px)]">
      <Label htmlFor={id}>{label}</Label>
      <Input id={id} autoComplete="off" className={cn(CONTROL, "w-36 max-md:w-full", className)} {...input} />
    </div>
  );
}
