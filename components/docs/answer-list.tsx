import { FieldList } from "./field-list";
import type { Answer } from "./reference";
import { WithCode } from "./with-code";

/** Every status; the fields of an answer open on demand. */
export function AnswerList({ answers }: { answers: readonly Answer[] }) {
  return (
    <ul className="flex flex-col gap-1 text-sm">
      {answers.map((answer) => (
        <li key={answer.status}>
          {answer.fields.length > 0 ? (
            <details>
              <summary className="cursor-pointer rounded-sm hover:bg-hover">
                <AnswerLine answer={answer} />
              </summary>
              <div className="mt-1 mb-2">
                <FieldList fields={answer.fields} />
              </div>
            </details>
          ) : (
            <p className="pl-4">
              <AnswerLine answer={answer} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

function AnswerLine({ answer: { status, type, media, description } }: { answer: Answer }) {
  return (
    <span className="inline-flex max-w-[calc(100%-1.5rem)] flex-wrap items-baseline gap-x-2 align-top">
      <code className="font-medium text-xs">{status}</code>
      <span className="text-foreground-2">
        <WithCode text={description} />
      </span>
      {type && <span className="text-muted-foreground text-xs">{[type, ...media].join(" · ")}</span>}
    </span>
  );
}
