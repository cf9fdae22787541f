import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { updateSettings } from "@/lib/settings/mutations";
import { readSettings } from "@/lib/settings/queries";
import { changesFrom, settingsViewSchema } from "@/lib/settings/view";

export const GET = endpoint({
  summary: "All settings, by key",
  description:
    "`locked` names the environment variable that fixes a setting. The `ETag` stands for all of them; send it as `If-Match` with a change.",
  allow: "settings:read",
  etag: true,
  response: settingsViewSchema,
  run: ({ actor }) => readSettings(actor),
});

export const PUT = endpoint({
  summary: "Change any part of the settings; in force at once on every instance",
  description:
    "`{key: value}`, or `{key: {value}}` as it was read. All is changed or nothing; what is out of range is answered with `<label>: from A to B`.",
  allow: "settings:write",
  body: z.record(z.string().max(64), z.unknown()),
  response: settingsViewSchema,
  refusals: [412],
  async run({ actor, body, request }) {
    await updateSettings(actor, changesFrom(body), request.headers.get("if-match"));
    return readSettings(actor);
  },
});
