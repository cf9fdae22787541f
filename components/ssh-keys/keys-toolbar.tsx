import { useTranslations } from "next-intl";
import { SearchBox } from "../servers/search-box";
import { AddKey } from "./add-key";
import type { KeyActions } from "./key-actions";

interface KeysToolbarProps {
  search: string;
  /** Null for whoever may not bring keys. */
  actions: KeyActions | null;
}

/** Search, and the two ways to another key. */
export function KeysToolbar({ search, actions }: KeysToolbarProps) {
  const t = useTranslations("sshKeys");
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="max-md:flex max-md:w-full">
        <SearchBox search={search} label={t("search")} />
      </div>
      {actions && (
        <div className="flex gap-2 md:ml-auto">
          <AddKey generate={actions.generate} importKey={actions.importKey} />
        </div>
      )}
    </div>
  );
}
