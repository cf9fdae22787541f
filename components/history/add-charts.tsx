"use client";
import { Plus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { useServerNames } from "../shell/use-server-names";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Input } from "../ui/input";
import { Label } from "../ui/label";
import { type HistoryState, historyAddress, MOST_CHARTS } from "./address";
import { ChoicesNote } from "./choices-note";
import { MetricList } from "./metric-list";
import { type Selection, searched, withSelection } from "./selection";
import { useMetricChoices } from "./use-metric-choices";

/** Adds charts to the page: choose a server, tick metrics. */
export function AddCharts({ state }: { state: HistoryState }) {
  const t = useTranslations("history");
  const [open, setOpen] = useState(false);
  const full = state.charts.length >= MOST_CHARTS;
  return (
    <>
      <Button
        variant="primary"
        disabled={full}
        title={full ? t("mostCharts", { count: MOST_CHARTS }) : undefined}
        onClick={() => setOpen(true)}
        aria-haspopup="dialog"
      >
        <Plus aria-hidden />
        {t("add")}
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={t("add")}
        className="top-[8vh] flex max-h-[84vh] max-w-2xl flex-col overflow-hidden"
      >
        <Picker state={state} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const NOTHING: Selection = new Map();

function Picker({ state, onDone }: { state: HistoryState; onDone(): void }) {
  const t = useTranslations("history");
  const router = useRouter();
  const [server, setServer] = useState(state.charts.at(-1)?.server ?? "local");
  const [search, setSearch] = useState("");
  const [selection, setSelection] = useState(NOTHING);
  const { state: reading, metrics, retry } = useMetricChoices(server);
  const found = searched(metrics, search);
  const add = () => {
    router.push(historyAddress({ ...state, charts: withSelection(state.charts, server, selection) }), {
      scroll: false,
    });
    onDone();
  };
  return (
    <>
      <div className="grid shrink-0 gap-3 border-b px-4 py-3 sm:grid-cols-[12rem_1fr]">
        <ServerChoice
          server={server}
          onChange={(name) => {
            setServer(name);
            setSelection(NOTHING);
          }}
        />
        <SearchField search={search} onChange={setSearch} />
      </div>
      <div className="min-h-40 flex-1 overflow-y-auto py-1">
        <ChoicesNote state={reading} none={found.length === 0} search={search} onRetry={retry} />
        <MetricList metrics={found} selection={selection} onChange={setSelection} />
      </div>
      <div className="flex shrink-0 items-center gap-2 border-t px-4 py-3">
        <p className="text-muted-foreground text-sm" aria-live="polite">
          {t("chosen", { count: selection.size })}
        </p>
        <Button className="ml-auto" onClick={onDone}>
          {t("cancel")}
        </Button>
        <Button variant="primary" disabled={selection.size === 0} onClick={add}>
          {t("addChosen", { count: selection.size })}
        </Button>
      </div>
    </>
  );
}

function ServerChoice({ server, onChange }: { server: string; onChange(name: string): void }) {
  const t = useTranslations("history");
  const id = useId();
  const names = useServerNames().servers.map(({ name }) => name);
  const all = [...new Set([server, ...names])].sort((a, b) => a.localeCompare(b));
  return (
    <div className="grid content-start gap-1">
      <Label htmlFor={id}>{t("server")}</Label>
      <select
        id={id}
        value={server}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-full min-w-0 rounded-md border border-input bg-card px-2 text-foreground text-sm max-md:h-9 max-md:text-lg"
      >
        {all.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </div>
  );
}

function SearchField({ search, onChange }: { search: string; onChange(search: string): void }) {
  const t = useTranslations("history");
  const id = useId();
  return (
    <div className="grid content-start gap-1">
      <Label htmlFor={id}>{t("searchMetrics")}</Label>
      <Input
        id={id}
        type="search"
        value={search}
        onChange={(event) => onChange(event.target.value)}
        placeholder={t("searchHint")}
      />
    </div>
  );
}
