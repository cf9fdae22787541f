import { answerMetrics } from "@/lib/exposition/answer";

/** What Prometheus scrapes. Not of the API: its text is a format of its own. */
export const GET = answerMetrics;
