import type { Sort } from "./address";

/** Widths stand still while values change; where there is no room the details have the rest. On a phone: order and place. */
export const COLUMN: Readonly<Record<Sort | "menu", string>> = {
  pid: "w-16 max-md:w-auto",
  user: "w-[104px] max-xl:w-[11%] max-md:hidden",
  database: "w-[88px] max-xl:w-[11%] max-md:hidden",
  application: "w-[6.5%] max-xl:hidden",
  client: "w-[100px] max-xl:hidden",
  state: "w-[152px] max-md:w-auto max-md:min-w-0",
  wait: "w-[9%] max-lg:hidden",
  transaction: "w-[60px] text-right max-md:w-auto",
  query: "w-[60px] text-right max-md:hidden",
  blocked_by: "w-20 text-right max-lg:hidden",
  text: "pl-3 max-md:order-last max-md:col-span-4",
  menu: "w-11 max-md:w-auto",
};
