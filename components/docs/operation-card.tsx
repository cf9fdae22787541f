import { getTranslations } from "next-intl/server";
import type { ReactNode } from "react";
import { Card } from "../ui/card";
import { AnswerList } from "./answer-list";
import { FieldList } from "./field-list";
import { MethodBadge } from "./method-badge";
import type { Operation } from "./reference";
import { WithCode } from "./with-code";

/** One operation in full: who may, what it takes, what it answers, and a command to try it. */
export async function OperationCard({ operation }: { operation: Operation }) {
  const t = await getTranslations("docs");
  const { id, method, path, summary, description, parameters, body, answers, curl } = operation;
  return (
    <Card id={id} aria-labelledby={`${id}-title`} className="scroll-mt-16">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b px-3 py-2">
        <MethodBadge method={method} />
        <code className="break-all text-sm">{path}</code>
        <h2 id={`${id}-title`} className="w-full font-semibold text-sm">
          <a href={`#${id}`} className="rounded-sm hover:underline">
            {summary}
          </a>
        </h2>
      </div>
      <div className="flex flex-col gap-4 p-3">
        {description.map((paragraph) => (
          <p key={paragraph} className="max-w-prose text-foreground-2 text-sm">
            <WithCode text={paragraph} />
          </p>
        ))}
        {parameters.map(({ place, fields }) => (
          <Part key={place} title={t(`places.${place as "path" | "query" | "header"}`)}>
            <FieldList fields={fields} />
          </Part>
        ))}
        {body && (
          <Part title={t("body", { types: body.types.join(", ") })}>
            {body.fields.length > 0 && <FieldList fields={body.fields} />}
          </Part>
        )}
        <Part title={t("answers")}>
          <AnswerList answers={answers} />
        </Part>
        <Part title={t("example")}>
          {/* Focusable, since it scrolls sideways on narrow screens. */}
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard must reach what scrolls */}
          <pre tabIndex={0} className="select-all overflow-x-auto rounded-md border bg-muted p-3 text-xs">
            {curl}
          </pre>
        </Part>
      </div>
    </Card>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <h3 className="mb-1 font-medium text-muted-foreground text-xs">{title}</h3>
      {children}
    </div>
  );
}
