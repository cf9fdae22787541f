import { ChevronLeft, ChevronRight } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { useTranslations } from "next-intl";
import { Fragment } from "react";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";
import { type Crumb, crumbsOf } from "./navigation";

/** Where the page stands; its last part is the page's title. On a phone a page below another shows the way back. */
export function Breadcrumb() {
  const t = useTranslations("navigation");
  const crumbs = crumbsOf(usePathname());
  const text = (crumb: Crumb) => (crumb.id ? t(crumb.id) : crumb.name);
  const last = crumbs.at(-1);
  const parents = crumbs.slice(0, -1);
  const parent = parents.at(-1);
  if (!last) return null;
  return (
    <nav aria-label={t("breadcrumb")} className="flex min-w-0 items-center gap-2 text-base">
      {parent && (
        <Link href={parent.href} className="flex h-9 items-center gap-1 font-medium text-primary-text md:hidden">
          <ChevronLeft aria-hidden className="icon-14" />
          {text(parent)}
        </Link>
      )}
      {parents.map((crumb) => (
        <Fragment key={crumb.href}>
          <Link
            href={crumb.href}
            className="rounded-sm text-muted-foreground transition-colors hover:text-foreground max-md:hidden"
          >
            {text(crumb)}
          </Link>
          <ChevronRight aria-hidden className="icon-12 text-muted-foreground max-md:hidden" />
        </Fragment>
      ))}
      <h1 className={parent ? "truncate font-semibold normal-nums max-md:sr-only" : "truncate font-semibold"}>
        {last.isChannel ? <ChannelName id={last.name ?? ""} /> : text(last)}
      </h1>
    </nav>
  );
}

/** What people call a channel; its address knows the id only, which stands here until the live feed has told of it. */
function ChannelName({ id }: { id: string }) {
  const { streams } = useMonitoringWebSocket();
  return streams.find(({ channel_id }) => channel_id === id)?.name ?? id;
}
