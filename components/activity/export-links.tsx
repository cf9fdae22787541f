import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { type ActivityQuery, activityParameters } from "./address";

const FORMATS = { csv: "CSV", json: "JSON" } as const;

/** All events that the filters leave, as a file. */
export function ExportLinks({ query }: { query: ActivityQuery }) {
  const t = useTranslations("activity");
  return (
    <div className="ml-auto flex gap-2">
      {Object.entries(FORMATS).map(([format, name]) => {
        const parameters = activityParameters(query);
        parameters.set("format", format);
        return (
          <Button key={format} asChild>
            <a href={`/api/system/activity?${parameters}`} download aria-label={t("export", { format: name })}>
              <Download aria-hidden />
              {name}
            </a>
          </Button>
        );
      })}
    </div>
  );
}
