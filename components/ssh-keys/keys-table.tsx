import Link from "next/link";
import { useTranslations } from "next-intl";
import { NO_VALUE } from "@/lib/format";
import { Age } from "../age";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import type { KeyActions, KeyRow } from "./key-actions";
import { KeyMenu } from "./key-menu";
import { keyTypeName } from "./key-type";

export interface KeysShown {
  keys: readonly KeyRow[];
  /** Whether the viewer may change and delete keys. */
  manage: boolean;
  actions: KeyActions;
  asOf: number;
}

export function KeysTable({ keys, ...rest }: KeysShown) {
  const t = useTranslations("sshKeys");
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            <TableHeader>{t("columns.name")}</TableHeader>
            <TableHeader className="w-28">{t("columns.type")}</TableHeader>
            <TableHeader className="max-lg:hidden">{t("columns.fingerprint")}</TableHeader>
            <TableHeader className="w-28 max-xl:hidden">{t("columns.passphrase")}</TableHeader>
            <TableHeader>{t("columns.servers")}</TableHeader>
            <TableHeader className="w-32 text-right">{t("columns.created_at")}</TableHeader>
            <TableHeader className="w-10">
              <span className="sr-only">{t("columns.menu")}</span>
            </TableHeader>
          </tr>
        </TableHead>
        <tbody>
          {keys.map((key) => (
            <Row key={key.id} sshKey={key} {...rest} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Row({ sshKey, manage, actions, asOf }: Omit<KeysShown, "keys"> & { sshKey: KeyRow }) {
  const t = useTranslations("sshKeys");
  return (
    <TableRow className="h-[38px] transition-colors hover:bg-hover">
      <TableCell className="max-w-64 truncate">
        <span className="font-medium normal-nums">{sshKey.name}</span>
        {sshKey.description && (
          <span className="ml-2 text-muted-foreground text-xs" title={sshKey.description}>
            {sshKey.description}
          </span>
        )}
      </TableCell>
      <TableCell>{keyTypeName(sshKey)}</TableCell>
      <TableCell className="mono max-w-72 truncate text-foreground-2 text-xs max-lg:hidden" title={sshKey.fingerprint}>
        {sshKey.fingerprint}
      </TableCell>
      <TableCell className="text-foreground-2 max-xl:hidden">{sshKey.has_passphrase ? t("yes") : NO_VALUE}</TableCell>
      <TableCell className="max-w-64 truncate">
        <UsedBy names={sshKey.servers} />
      </TableCell>
      <TableCell className="text-right text-muted-foreground" title={sshKey.created_by ?? undefined}>
        <Age since={sshKey.created_at} asOf={asOf} ago />
      </TableCell>
      <TableCell className="text-right">
        <KeyMenu sshKey={sshKey} manage={manage} actions={actions} />
      </TableCell>
    </TableRow>
  );
}

/** The only server by its name, several by their number. */
function UsedBy({ names }: { names: readonly string[] }) {
  const t = useTranslations("sshKeys");
  const [first] = names;
  if (first === undefined) return <span className="text-muted-foreground">{t("unused")}</span>;
  if (names.length > 1) return <span title={names.join(", ")}>{t("serverCount", { count: names.length })}</span>;
  return (
    <Link href={`/servers/${encodeURIComponent(first)}`} prefetch={false} className="hover:underline">
      {first}
    </Link>
  );
}
