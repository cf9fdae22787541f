// The mount table of a Linux host, and which of its file systems hold somebody's data.

/** One line of /proc/self/mountinfo, see proc_pid_mountinfo(5). */
export interface Mount {
  /** `major:minor`; one file system keeps it wherever it is mounted. */
  id: string;
  /** The directory of the file system that is seen here; `/` unless it is a bind mount or a subvolume. */
  root: string;
  mount: string;
  fstype: string;
  device: string;
}

const MOST_PARTITIONS = 64;

/** Asked over a network, or of another program, which may never answer. */
const REMOTE = new Set(
  "nfs nfs4 cifs smb3 smbfs ncpfs afs coda ceph glusterfs lustre beegfs gpfs orangefs 9p virtiofs davfs vboxsf prl_fs drvfs".split(
    " ",
  ),
);
/** No block device of their own, but real. */
const DEVICELESS = new Set("btrfs zfs bcachefs ubifs jffs2".split(" "));
/** On a block device, but images that are always full. */
const IMAGES = new Set(["squashfs", "iso9660", "udf", "erofs", "cramfs", "romfs"]);
const PSEUDO_FUSE = /^fuse\.(lxcfs|gvfsd-fuse|portal|snapfuse|rofiles-fuse|archivemount|encfs-control)$/;
/** Files that container runtimes mount over an image's own. */
const INJECTED = /^\/(etc\/(hosts|hostname|resolv\.conf)|run\/\.containerenv)$/;

/** Never throws; lines that are no mount are left out. */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const [left, right] = line.split(" - ", 2);
    const [, , id, root, mount] = left?.split(" ") ?? [];
    const [fstype, device] = right?.split(" ") ?? [];
    if (!id || !/^\d+:\d+$/.test(id) || !root || !mount?.startsWith("/") || !fstype || !device) continue;
    mounts.push({ id, root: unescaped(root), mount: unescaped(mount), fstype, device: unescaped(device) });
  }
  return mounts;
}

/** Those that hold data, each file system once (its widest mount), in the order of their mount points; at most 64. */
export function dataMounts(mounts: readonly Mount[]): Mount[] {
  const visible = new Map(mounts.map((one) => [one.mount, one]));
  const once = new Map<string, Mount>();
  for (const one of visible.values()) {
    if (!holdsData(one)) continue;
    const known = once.get(one.id);
    if (!known || isWider(one, known)) once.set(one.id, one);
  }
  return [...once.values()].sort((a, b) => (a.mount < b.mount ? -1 : 1)).slice(0, MOST_PARTITIONS);
}

/** Whether asking this type for its size may take for ever. */
export function mayHang(fstype: string): boolean {
  return REMOTE.has(fstype) || fstype.startsWith("fuse");
}

function holdsData({ id, mount, fstype }: Mount): boolean {
  if (INJECTED.test(mount) || IMAGES.has(fstype) || PSEUDO_FUSE.test(fstype)) return false;
  if (!id.startsWith("0:") || DEVICELESS.has(fstype) || mayHang(fstype)) return fstype !== "fusectl";
  // A container's own root; elsewhere an overlay is a layer over a file system that is listed itself.
  return mount === "/" && (fstype === "overlay" || fstype === "aufs");
}

function isWider(one: Mount, other: Mount): boolean {
  if ((one.root === "/") !== (other.root === "/")) return one.root === "/";
  return one.mount.length < other.mount.length;
}

/** Blanks, tabs, line ends and backslashes stand as three octal digits. No name holds a NUL, whatever a machine says. */
function unescaped(text: string): string {
  return text.includes("\\")
    ? text.replace(/\\(?!000)([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
}
