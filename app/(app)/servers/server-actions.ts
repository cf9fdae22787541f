// What pages hand to the dialogs of servers.
import type { ServerActions } from "@/components/server-form/server-actions";
import { runNow, setEnabled } from "../admin/collector/actions";
import { changeServer, createServer, findHostKeys, loadForm, removeServer } from "./actions";

export const serverActions: ServerActions = {
  ...{ load: loadForm, create: createServer, update: changeServer, remove: removeServer },
  ...{ hostKeys: findHostKeys, run: runNow, setEnabled },
};
