import { getTranslations } from "next-intl/server";
import { cn } from "@/lib/utils";
import type { Field } from "./json-schema";
import { WithCode } from "./with-code";

const INDENT = ["", "pl-4", "pl-8", "pl-12", "pl-16", "pl-20"];

/** Fields of parameters, bodies and answers; parts stand further in than their whole. */
export async function FieldList({ fields }: { fields: readonly Field[] }) {
  const t = await getTranslations("docs");
  return (
    <ul className="divide-y rounded-md border">
      {fields.map(({ name, depth, type, rules, required, description }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and nothing moves
        <li key={index} className={cn("px-3 py-1.5 text-sm", INDENT[depth])}>
          <p className={cn("flex flex-wrap items-baseline gap-x-2", depth > 0 && "border-l pl-2")}>
            <code className="font-medium text-xs">{name}</code>
            <span className="text-muted-foreground text-xs">{type}</span>
            {required && <span className="text-primary-text text-xs">{t("required")}</span>}
            {rules.map((rule) => (
              <code key={rule} className="wrap-anywhere text-foreground-2 text-xs">
                {rule}
              </code>
            ))}
          </p>
          {description && (
            <p className={cn("text-foreground-2 text-xs", depth > 0 && "border-l pl-2")}>
              <WithCode text={description} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
