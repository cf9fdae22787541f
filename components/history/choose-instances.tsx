"use client";
import { ListFilter } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { type ChosenChart, type HistoryState, historyAddress } from "./address";
import { ChoicesNote } from "./choices-note";
import { InstanceList } from "./instance-list";
import { useMetricChoices } from "./use-metric-choices";

interface ChooseInstancesProps {
  state: HistoryState;
  /** Which of its charts. */
  index: number;
  chart: ChosenChart;
}

/** In a chart's head: which databases, devices, interfaces it shows. */
export function ChooseInstances(props: ChooseInstancesProps) {
  const t = useTranslations("history");
  const [open, setOpen] = useState(false);
  const label = t("chooseInstances", { metric: props.chart.metric });
  return (
    <>
      <Button
        variant="ghost"
        size="icon-sm"
        aria-label={label}
        title={label}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <ListFilter aria-hidden />
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={label}>
        <Choice {...props} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Choice({ state, index, chart, onDone }: ChooseInstancesProps & { onDone(): void }) {
  const t = useTranslations("history");
  const router = useRouter();
  const [chosen, setChosen] = useState(chart.instances);
  const { state: reading, metrics, retry } = useMetricChoices(chart.server);
  const choice = metrics.find(({ metric }) => metric === chart.metric);
  const show = () => {
    const charts = state.charts.map((one, at) => (at === index ? { ...one, instances: chosen } : one));
    router.push(historyAddress({ ...state, charts }), { scroll: false });
    onDone();
  };
  return (
    <>
      <div className="px-4 py-3">
        <ChoicesNote state={reading} none={!choice} search="" onRetry={retry} />
        {choice && <InstanceList choice={choice} chosen={chosen} onChange={setChosen} />}
      </div>
      <div className="flex justify-end gap-2 border-t px-4 py-3">
        <Button className="mr-auto" disabled={chosen.length === 0} onClick={() => setChosen([])}>
          {t("all")}
        </Button>
        <Button onClick={onDone}>{t("cancel")}</Button>
        <Button variant="primary" onClick={show}>
          {t("show")}
        </Button>
      </div>
    </>
  );
}
