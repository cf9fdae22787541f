// A verdict's reason as an English sentence, for programs and files; pages say it in the reader's language. Pure.
import type { Judgement } from "./verdict";

const counted = (number: number | null, noun: string) => `${number ?? 0} ${noun}${number === 1 ? "" : "s"}`;

/** Without a full stop. */
export function explain({ reason, estimate }: Pick<Judgement, "reason" | "estimate">): string {
  const said = sentence(reason);
  return estimate
    ? `${said}; an estimate from seen sessions and written rows, since the server counts no sessions`
    : said;
}

function sentence({ code, days, needed, connections, average }: Judgement["reason"]): string {
  switch (code) {
    case "short_history":
      return `History of ${counted(days, "day")} is stored; ${needed} are needed`;
    case "gap":
      return `History broke off for more than a day, and what happened meanwhile is not known: ${counted(days, "day")} are known since, ${needed} are needed`;
    case "unchanged":
      return `${counted(connections, "connection")} stood unchanged for ${counted(days, "day")}; no session began, no row was written`;
    case "unused":
      return `Nobody was connected for ${counted(days, "day")}`;
    case "few_connections":
      return `${average === 0 ? "Fewer than 0.01 connections" : counted(average, "connection")} on average over ${counted(days, "day")}`;
    case "in_use":
      return days === null ? "In use: sessions were counted" : `In use: last seen ${counted(days, "day")} ago`;
  }
}
