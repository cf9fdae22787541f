// What people were told of a server's probes, and what has to be told now: pure.
import { type Facet, SSH_CODES, UNREACHED } from "../probe";

/** How a probe stands: the code of its failure, or null while it answers. */
export interface ProbeStanding {
  facet: Facet;
  intervalSeconds: number;
  code: string | null;
  message: string | null;
}

/** Probe → how it stands. */
export type Standings = ReadonlyMap<string, ProbeStanding>;

/** What was told: whether the server is down, and the failing probes with their codes. */
export interface Told {
  down: boolean;
  codes: ReadonlyMap<string, string>;
}

/** `code` and `message` are those of the failure; null where something answers again. */
export interface Telling {
  /** The probe that it is about, or null for the whole server. */
  probe: string | null;
  code: string | null;
  message: string | null;
}

/** What a server is above all: while that is not reached, the server is down. */
interface Side {
  facet: Facet;
  /** Facets whose probes fail when it is away. */
  needs: ReadonlySet<Facet>;
  isUnreached(standing: ProbeStanding): boolean;
}

const isLost = ({ code }: ProbeStanding) => code !== null && SSH_CODES.has(code);

const POSTGRES: Side = {
  facet: "postgres",
  needs: new Set<Facet>(["postgres", "storage"]),
  isUnreached: ({ code }) => code !== null && UNREACHED.has(code),
};
const MACHINE: Side = { facet: "host", needs: new Set<Facet>(["host"]), isUnreached: isLost };

/** The probes that tell whether the connection works now: slower ones keep an old answer for long. */
function mostFrequent(standings: Standings, side: Side): ProbeStanding[] {
  const asked = [...standings.values()].filter(({ facet }) => facet === side.facet);
  const least = Math.min(...asked.map(({ intervalSeconds }) => intervalSeconds));
  return asked.filter(({ intervalSeconds }) => intervalSeconds === least);
}

/**
 * The failure by which a server is down: none of the probes asked most often reached what it is above all. Undefined while it
 * is not down, null while nobody knows: none of them was asked yet.
 */
function downBy(standings: Standings, side: Side): ProbeStanding | null | undefined {
  const frequent = mostFrequent(standings, side);
  return frequent.every(side.isUnreached) ? (frequent[0] ?? null) : undefined;
}

/** What whoever wrote these standings down has told of them. */
export function toldOf(standings: Standings, machineAlone = false): Told {
  return compare(standings, { down: false, codes: new Map() }, { machineAlone }).told;
}

/** Under which it is told that a machine is not reached over SSH: all of its probes go that way. */
const WAY = "ssh";

/** With what is wrong with the way in the place of all the probes that failed by it. */
function withWay(standings: Standings, told: Told): Standings {
  const lost = [...standings.values()].find(isLost);
  if (!lost && !told.codes.has(WAY)) return standings;
  const others = [...standings].filter(([, standing]) => !isLost(standing));
  const way: ProbeStanding = lost ?? { facet: "host", intervalSeconds: 0, code: null, message: null };
  return new Map([...others, [WAY, { ...way, facet: "host" }]]);
}

/** What `compare` finds. */
export interface Comparison {
  tellings: Telling[];
  /** What was told when these are. */
  told: Told;
  /** Probes that failed with their server, which is back now, and have not been asked since. */
  returning: string[];
  /** Probes that did not reach the server while others have not said so yet: told of when it is down, or with patience over. */
  falling: string[];
}

interface Manner {
  /** Whether probes that did not reach the server wait for the others. */
  patient?: boolean;
  /** Whether the server has no PostgreSQL: then it is down when its machine is. */
  machineAlone?: boolean;
}

/** What is to be told, one entry per change: of a server that is down it is said once, not again by each of its probes. */
export function compare(
  standings: Standings,
  told: Told,
  { patient = false, machineAlone = false }: Manner = {},
): Comparison {
  const side = machineAlone ? MACHINE : POSTGRES;
  const down = downBy(standings, side);
  const asked = withWay(standings, told);
  const tellings: Telling[] = [];
  const codes = new Map(told.codes);
  const returning: string[] = [];
  const falling: string[] = [];
  const isDown = down === null ? told.down : down !== undefined;
  if (isDown !== told.down) tellings.push({ probe: null, code: down?.code ?? null, message: down?.message ?? null });
  for (const [probe, standing] of asked) {
    const { facet, code, message } = standing;
    const fellWithServer = side.needs.has(facet) && side.isUnreached(standing);
    if (isDown && fellWithServer) continue;
    if (code === (codes.get(probe) ?? null)) continue;
    if (told.down && fellWithServer) {
      returning.push(probe);
      continue;
    }
    if (patient && fellWithServer) {
      falling.push(probe);
      continue;
    }
    tellings.push({ probe, code, message });
    if (code === null) codes.delete(probe);
    else codes.set(probe, code);
  }
  return { tellings, told: { down: isDown, codes }, returning, falling };
}

/** Failures that do not pass by themselves: somebody has to correct an address, a password, a privilege, or Dozor. */
const NEEDS_A_PERSON: ReadonlySet<string> = new Set([
  ...["tls", "auth", "permission", "no_database", "protocol", "sql", "parse", "internal"],
  ...["ssh_auth", "ssh_host_key"],
]);

/** Level of an entry about that failure; null is a recovery. */
export function levelOf(code: string | null): "info" | "warning" | "error" {
  if (code === null) return "info";
  return NEEDS_A_PERSON.has(code) ? "error" : "warning";
}
