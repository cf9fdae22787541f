import { CompareToggle } from "../charts/compare-toggle";
import { RangePicker } from "../charts/range-picker";

/** On a phone the period has a row of its own; elsewhere it stands beside the tabs. */
export function PeriodRow() {
  return (
    <div className="mb-2.5 flex gap-2 md:hidden">
      <RangePicker className="min-w-0 flex-1" />
      <CompareToggle />
    </div>
  );
}
