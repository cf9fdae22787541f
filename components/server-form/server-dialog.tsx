import { useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { CloseQuestion } from "./close-question";
import { type Draft, draftOf } from "./draft";
import { FormFooter } from "./form-footer";
import { FormFrame } from "./form-frame";
import { LabelsStep } from "./labels-step";
import { PostgresPanel } from "./postgres-panel";
import { PostgresStep } from "./postgres-step";
import type { ServerActions, FormData as Start } from "./server-actions";
import { SshPanel, WhyMachine } from "./ssh-panel";
import { SshStep } from "./ssh-step";
import { StepList } from "./step-list";
import { SummaryPanel } from "./summary-panel";
import { TestNews } from "./test-news";
import { type ServerForm, useServerForm } from "./use-server-form";

interface ServerDialogProps {
  start: Start;
  actions: ServerActions;
  onClose(): void;
  /** With the name it has now. */
  onSaved(name: string): void;
  /** Where the focus goes afterwards. */
  returnTo?: RefObject<HTMLElement | null> | undefined;
}

/** Registers a server, or changes one: PostgreSQL, its machine over SSH, labels and intervals. */
export function ServerDialog({ start, ...rest }: ServerDialogProps) {
  const t = useTranslations("serverForm");
  const [{ from, kept, round }, setFrom] = useState({ from: start, kept: {} as Partial<Draft>, round: 0 });
  /** Begins again from what is stored now, with what was typed on top of it. */
  const loadAgain = async (typed: Partial<Draft>) => {
    const answer = await rest.actions.load({ name: from.stored?.config.name ?? "" }).catch(() => null);
    if (!answer?.ok) return void toast.error(t("refused.failed"));
    setFrom({ from: answer.data, kept: typed, round: round + 1 });
  };
  return <Dialog key={round} start={from} kept={kept} onLoadAgain={loadAgain} {...rest} />;
}

interface DialogProps extends ServerDialogProps {
  kept: Partial<Draft>;
  onLoadAgain(typed: Partial<Draft>): Promise<void>;
}

function Dialog({ start, kept, actions, onClose, onSaved, onLoadAgain, returnTo }: DialogProps) {
  const t = useTranslations("serverForm");
  const config = start.stored?.config ?? null;
  const [asks, setAsks] = useState(false);
  const saved = (name: string) => {
    toast.success(t(config ? "saved" : "added", { name }));
    onSaved(name);
    onClose();
  };
  const form = useServerForm({ start, kept, actions, onSaved: saved });
  const close = () => (form.dirty ? setAsks(true) : onClose());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (config || form.step === "labels") void form.save();
    else form.next();
  };
  const title = config ? t("title.edit", { name: config.name }) : t("title.add");
  const steps = <StepList {...form} postgres={form.draft.postgres} />;
  return (
    <FormFrame title={title} steps={steps} onClose={close} returnTo={returnTo}>
      <form onSubmit={submit} noValidate autoComplete="off" className="flex min-h-0 flex-1 flex-col">
        <Body form={form} />
        <FormFailure form={form} onLoadAgain={() => onLoadAgain(typedIn(form.draft, draftOf(config)))} />
        <FormFooter form={form} onCancel={close} />
      </form>
      <TestNews form={form} />
      {asks && <CloseQuestion onStay={() => setAsks(false)} onLeave={onClose} />}
    </FormFrame>
  );
}

/** What differs from what the form began with. */
function typedIn(draft: Draft, initial: Draft): Partial<Draft> {
  const differs = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(initial[field as keyof Draft]);
  return Object.fromEntries(Object.entries(draft).filter(differs));
}

function Body({ form }: { form: ServerForm }) {
  const { step, refusals, draft } = form;
  const fields = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLElement>(null);
  const shown = useRef(0);
  // The cursor goes to what is wrong, else to the first field of the step.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a step or a refusal is the occasion
  useEffect(() => {
    const wrong = fields.current?.querySelector<HTMLElement>("[aria-invalid=true]");
    const first = fields.current?.querySelector<HTMLElement>("input:not([type=file]), select, button, textarea");
    const refused = refusals > shown.current;
    shown.current = refusals;
    (refused ? (wrong ?? first) : first)?.focus();
  }, [step, refusals]);
  // On a phone the panel is below the fields.
  const outcome = step === "postgres" ? form.tests.pg : form.tests.ssh;
  const news = outcome.running ? "running" : outcome.done?.at;
  const seen = useRef({ step, news });
  useEffect(() => {
    const isNews = news && seen.current.step === step && seen.current.news !== news;
    seen.current = { step, news };
    if (isNews && window.matchMedia?.("(max-width: 767px)").matches)
      panel.current?.scrollIntoView({ block: "nearest" });
  }, [step, news]);
  return (
    <div className="grid min-h-[476px] flex-1 grid-cols-[minmax(0,1fr)_404px] overflow-y-auto max-md:min-h-0 max-md:grid-cols-1">
      <div ref={fields} className="grid content-start gap-3.5 p-4">
        {step === "postgres" && <PostgresStep form={form} />}
        {step === "ssh" && <SshStep form={form} />}
        {step === "labels" && <LabelsStep form={form} />}
      </div>
      <section
        ref={panel}
        className="flex min-w-0 flex-col gap-3 border-l bg-muted p-4 max-md:border-t max-md:border-l-0"
      >
        {step === "postgres" &&
          (draft.postgres ? <PostgresPanel test={form.tests.pg} user={draft.user} /> : <WhyMachine />)}
        {step === "ssh" && <SshPanel form={form} />}
        {step === "labels" && <SummaryPanel form={form} />}
      </section>
    </div>
  );
}

function FormFailure({ form, onLoadAgain }: { form: ServerForm; onLoadAgain(): void }) {
  const t = useTranslations("serverForm");
  const { failure } = form;
  const changed = failure === "changed";
  return (
    <div className={failure ? "flex shrink-0 items-center gap-2 border-t px-4 py-2" : undefined}>
      <div className="min-w-0 flex-1">
        <FormError>{failure && t(`refused.${failure}`)}</FormError>
      </div>
      {changed && <Button onClick={onLoadAgain}>{t("loadAgain")}</Button>}
    </div>
  );
}
