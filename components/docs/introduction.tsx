import { getTranslations } from "next-intl/server";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { WithCode } from "./with-code";

const RULES = ["access", "refusals", "lists", "changes", "repeats", "limits"] as const;
const FIRST_CALL = `TOKEN=$(curl -s "$DOZOR/api/token" -d username=anna --data-urlencode password@password.txt | jq -r .access_token)
curl -H "Authorization: Bearer $TOKEN" "$DOZOR/api/servers"`;

/** What holds for every operation, and the first call. */
export async function Introduction({ version }: { version: string }) {
  const t = await getTranslations("docs");
  return (
    <Card aria-labelledby="introduction">
      <CardHead
        id="introduction"
        title={t("introduction")}
        meta={t("version", { version })}
        actions={
          <Button asChild size="sm">
            <a href="/api/openapi.json" download="dozor-openapi.json">
              {t("download")}
            </a>
          </Button>
        }
      />
      <div className="flex flex-col gap-3 p-3 text-sm">
        <ul className="flex max-w-prose list-disc flex-col gap-1 pl-4 text-foreground-2">
          {RULES.map((rule) => (
            <li key={rule}>
              <WithCode text={t(`rules.${rule}`)} />
            </li>
          ))}
        </ul>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach what scrolls */}
        <pre tabIndex={0} className="overflow-x-auto rounded-md border bg-muted p-3 text-xs">
          {FIRST_CALL}
        </pre>
      </div>
    </Card>
  );
}
