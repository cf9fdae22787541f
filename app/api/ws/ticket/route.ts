import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { issueTicket } from "@/lib/live/tickets";

export const POST = endpoint({
  summary: "Get a one-time ticket that opens a live socket",
  description:
    "For clients that cannot send headers with a WebSocket: `/ws/stats?ticket=…` within 30 seconds, once. " +
    "The connection ends with the session or token that asked for it.",
  allow: "servers:read",
  secretAnswer: true,
  response: z.object({ ticket: z.string(), expires_in: z.int() }),
  run: ({ actor }) => issueTicket(actor),
});
