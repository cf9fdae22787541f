import type { Sort } from "./address";

/** Widths stand still while values change; where there is no room the details have the rest. On a phone: order and place. */
export const COLUMN: Readonly<Record<Sort | "menu", string>> = {
  pid: "w-20",
  user: "w-[8%] max-md:hidden",
  database: "w-[8%] max-md:hidden",
  application: "w-[10%] max-xl:hidden",
  client: "w-28 max-xl:hidden",
  state: "w-40 max-md:min-w-0",
  wait: "w-[12%] max-lg:hidden",
  transaction: "w-[72px] text-right",
  query: "w-[72px] text-right max-md:hidden",
  blocked_by: "w-24 text-right max-lg:hidden",
  text: "max-md:order-last max-md:col-span-4",
  menu: "w-11",
};
