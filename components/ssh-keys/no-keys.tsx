import { KeyRound, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { ActiveFilters } from "../active-filters";
import { Empty } from "../ui/empty";

/** In place of the list: there is no key yet, or none fits the search, which stays in sight. */
export function NoKeys({ search }: { search: string }) {
  const t = useTranslations("sshKeys");
  if (search === "") return <Empty icon={KeyRound} title={t("none")} text={t("noneHint")} />;
  const filter = t("searchIs", { search });
  return (
    <Empty icon={Search} title={t("noMatch")}>
      <ActiveFilters
        filters={[{ text: filter, label: t("removeFilter", { filter }), href: "/ssh-keys" }]}
        clear={{ text: t("clearFilters"), href: "/ssh-keys" }}
      />
    </Empty>
  );
}
