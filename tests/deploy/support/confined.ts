// Runs Node as a service is run: by an ordinary user without capabilities, with nothing to write to but its data and a /tmp of its own.
import { spawnSync } from "node:child_process";
import { chownSync, mkdirSync } from "node:fs";
import path from "node:path";
import { canEnter } from "../../../lib/embedded/account";

const NOBODY = { name: "nobody", uid: 65_534, gid: 65_534 };
const UNPRIVILEGED = [
  ...["setpriv", `--reuid=${NOBODY.uid}`, `--regid=${NOBODY.gid}`, "--clear-groups", "--no-new-privs"],
  ...["--bounding-set=-all", "--inh-caps=-all", "--"],
];

// In a mount namespace of its own. What is to be seen is held at an anchor first: it may lie below /opt or /var/lib.
const NAMESPACE = `set -e
root=$1 place=$2 node=$3 data=$4 state=$5 anchor=$6
shift 6
mount --make-rprivate /
mount -t tmpfs tmpfs "$anchor"
mkdir "$anchor/root" "$anchor/data" && touch "$anchor/node"
for name in root node data; do eval "mount --bind \\"\\$$name\\" \\"$anchor/$name\\""; done
mount -t tmpfs tmpfs /opt && mkdir -p "$place" && touch /opt/node
mount -t tmpfs tmpfs /var/lib && mkdir -p "$state"
mount --bind "$anchor/root" "$place"
mount --bind "$anchor/node" /opt/node
mount --bind "$anchor/data" "$state"
mount -t tmpfs -o mode=1777 tmpfs /tmp
for there in / /opt "$place" /opt/node /var/lib; do mount -o remount,ro,bind "$there"; done
cd "$place"
exec "$@"`;

interface Service {
  /** Parameters of Node. */
  parameters: string[];
  /** The product's folder, and where the service has it; below /opt. */
  root: string;
  place: string;
  /** The data's folder, and where the service has it; below /var/lib. */
  data: string;
  state: string;
}

export interface Confined {
  command: string[];
  /** Where the process finds its data. */
  dataDir: string;
}

/** Whether we may mount here: in many containers even root may not. */
const mayMount = () => spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/opt"]).status === 0;

/** As far confined as this machine lets us: an ordinary user stays who they are. */
export function confined({ parameters, root, place, data, state }: Service): Confined {
  const direct = { command: [process.execPath, ...parameters], dataDir: data };
  if (process.getuid?.() !== 0) return direct;
  if (mayMount()) {
    chownSync(data, NOBODY.uid, NOBODY.gid);
    const anchor = path.join(data, ".anchor");
    mkdirSync(anchor, { recursive: true });
    const script = ["sh", "-c", NAMESPACE, "sh", root, place, process.execPath, data, state, anchor];
    return { command: ["unshare", "--mount", ...script, ...UNPRIVILEGED, "/opt/node", ...parameters], dataDir: state };
  }
  if (!canEnter(NOBODY, root)) return direct;
  chownSync(data, NOBODY.uid, NOBODY.gid);
  return { ...direct, command: [...UNPRIVILEGED, ...direct.command] };
}
