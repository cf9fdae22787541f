import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { checkDraft, errorsOf, type FieldErrors, STEPS, type Step, secretsAfter, stepOf } from "./check";
import { changesOf, type Draft, draftOf } from "./draft";
import type { FormData as FormStart, ServerActions } from "./server-actions";
import { type ConnectionTest, useTest } from "./use-test";

type Refused = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** Refusals that the form has words for (`serverForm.refused.<reason>`). */
const REFUSALS = {
  precondition_failed: "changed",
  not_found: "gone",
  forbidden: "forbidden",
  unauthenticated: "expired",
  too_many_requests: "throttled",
  unavailable: "unavailable",
} as const;
export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS] | "failed" | "fields";

export interface ServerForm {
  start: FormStart;
  actions: ServerActions;
  draft: Draft;
  set(change: Partial<Draft>): void;
  step: Step;
  /** Goes there as it is. */
  goTo(step: Step): void;
  /** To the next step, unless this one holds what is wrong. */
  next(): void;
  errors: FieldErrors;
  failure: Refusal | null;
  /** Grows with each refusal, for the cursor to go where something is wrong. */
  refusals: number;
  pending: boolean;
  save(change?: Partial<Draft>): Promise<void>;
  dirty: boolean;
  secrets: ReturnType<typeof secretsAfter>;
  tests: { pg: ConnectionTest<"pg">; ssh: ConnectionTest<"ssh"> };
}

interface Wanted {
  start: FormStart;
  /** What was typed before the form began again. */
  kept: Partial<Draft>;
  actions: ServerActions;
  onSaved(name: string): void;
}

/** All that is typed into the form and what becomes of it. */
export function useServerForm({ start, kept, actions, onSaved }: Wanted): ServerForm {
  const router = useRouter();
  const config = start.stored?.config ?? null;
  const [initial] = useState(() => draftOf(config));
  const [draft, setDraft] = useState<Draft>(() => ({ ...initial, ...kept }));
  const [step, setStep] = useState<Step>("postgres");
  const [{ errors, failure, refusals }, setRefused] = useState<{
    errors: FieldErrors;
    failure: Refusal | null;
    refusals: number;
  }>({ errors: {}, failure: null, refusals: 0 });
  const [pending, setPending] = useState(false);
  const busy = useRef(false);
  const changes = changesOf(draft, config);
  const tests = useTests(config?.name ?? null, draft, changes);

  const set = (change: Partial<Draft>) => {
    setDraft((before) => withHostKeys({ before, after: { ...before, ...change }, initial, change }));
    const corrected = ([path]: [string, string]) => !((path.split(".")[0] as string) in change);
    setRefused((before) => {
      const left = Object.entries(before.errors).filter(corrected);
      const told = before.failure === "fields" && left.length === 0 ? null : before.failure;
      return { ...before, errors: Object.fromEntries(left), failure: told };
    });
  };
  const refuse = (wrong: FieldErrors, reason: Refusal | null) => {
    setRefused((before) => ({ errors: wrong, failure: reason, refusals: before.refusals + 1 }));
    const first = STEPS.find((one) => Object.keys(wrong).some((path) => stepOf(path) === one));
    if (first) setStep(first);
  };
  const goTo = (to: Step) => setStep(to);
  const next = () => {
    const wrong = Object.entries(checkDraft(draft, changes)).filter(([path]) => stepOf(path) === step);
    if (wrong.length > 0) return refuse(Object.fromEntries(wrong), null);
    const after = STEPS[STEPS.indexOf(step) + 1];
    if (after) setStep(after);
  };
  const save = async (change: Partial<Draft> = {}) => {
    if (busy.current) return;
    const wanted = { ...draft, ...change };
    setDraft(wanted);
    const sent = changesOf(wanted, config);
    const wrong = checkDraft(wanted, sent);
    if (Object.keys(wrong).length > 0) return refuse(wrong, "fields");
    busy.current = true;
    setPending(true);
    tests.pg.abandon();
    tests.ssh.abandon();
    const asked = start.stored
      ? actions.update({ name: start.stored.config.name, etag: start.stored.etag, changes: sent })
      : actions.create(sent);
    const answer = await asked.catch(() => null);
    busy.current = false;
    setPending(false);
    if (!answer?.ok) {
      const fields = errorsOf(answer?.error.fields ?? []);
      return refuse(fields, reasonOf(answer?.error, fields));
    }
    router.refresh();
    onSaved(answer.data.name);
  };
  return {
    ...{ start, actions, draft, set, step, goTo, next, errors, failure, refusals, pending, save, tests },
    dirty: JSON.stringify(draft) !== JSON.stringify(initial),
    secrets: secretsAfter(config, changes),
  };
}

/** Each test depends on its own fields: a label does not make it stale. */
function useTests(of: string | null, draft: Draft, changes: Record<string, unknown>): ServerForm["tests"] {
  const { host, port, user, password, database, sslmode, ca, intervals } = draft;
  const address = [host, draft.postgres, draft.ssh_host || host, draft.ssh_port, draft.ssh_user, draft.ssh_auth_type];
  const proof = [draft.ssh_password, draft.ssh_key_id, draft.ssh_key_passphrase];
  // A name that is not taken yet, or wrong, is no reason to try nothing.
  const { name: _name, labels: _labels, enabled: _enabled, ...tried } = changes;
  return {
    pg: useTest(
      "pg",
      { of, changes: tried },
      JSON.stringify([host, port, user, password, database, sslmode, ca, intervals]),
    ),
    ssh: useTest("ssh", { of, changes: tried }, JSON.stringify([...address, ...proof])),
  };
}

function reasonOf(error: Refused | undefined, fields: FieldErrors): Refusal | null {
  const known = Object.entries(REFUSALS).find(([code]) => code === error?.code)?.[1];
  if (known) return known;
  return Object.keys(fields).length > 0 ? "fields" : "failed";
}

interface Edited {
  before: Draft;
  after: Draft;
  initial: Draft;
  change: Partial<Draft>;
}

/** What was trusted of one machine says nothing of another: its keys go with the address, and come back with it. */
function withHostKeys({ before, after, initial, change }: Edited): Draft {
  const addressOf = ({ host, ssh_host, ssh_port }: Draft) => `${ssh_host.trim() || host.trim()} ${ssh_port.trim()}`;
  if (change.ssh_host_keys || addressOf(before) === addressOf(after)) return after;
  return { ...after, ssh_host_keys: addressOf(after) === addressOf(initial) ? initial.ssh_host_keys : [] };
}
