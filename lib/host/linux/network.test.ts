import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInterfaces, readNetwork } from "./network";
import { treeReader } from "./tree-reader";

const HEADER = "Inter-|   Receive | Transmit\n face |bytes packets errs drop fifo frame compressed multicast|bytes\n";
const line = (name: string) => `${name.padStart(6)}: 100 10 1 2 0 0 0 0 200 20 3 4 0 0 0 0\n`;

describe("parseInterfaces", () => {
  it.each(["eth0", "eth0.100", "br[0]", "wlp3s0", "__proto__", "naïve", "x:1"])("reads %s", (name) => {
    expect(parseInterfaces(HEADER + line(name))).toEqual([
      {
        name,
        bytesRecv: 100,
        packetsRecv: 10,
        errorsIn: 1,
        dropsIn: 2,
        bytesSent: 200,
        packetsSent: 20,
        errorsOut: 3,
        dropsOut: 4,
        up: null,
        speedMbps: null,
        physical: false,
      },
    ]);
  });

  it("never throws, and an interface has numbers of its own line only", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(line("eth0").length), (garbage, cut) => {
        for (const one of parseInterfaces(`${HEADER}${line("eth0").slice(0, cut)}${garbage}`)) {
          expect(one.bytesRecv === null || one.bytesRecv >= 0).toBe(true);
        }
        expect(parseInterfaces(HEADER + line("eth0").slice(0, cut))).toHaveLength(cut === line("eth0").length ? 1 : 0);
      }),
    );
  });
});

describe("readNetwork", () => {
  const sys = "/sys/class/net";
  const files = {
    "/proc/net/dev": HEADER + line("lo") + line("eth0") + line("eth1") + line("veth1"),
    "/proc/net/snmp": "Tcp: CurrEstab RetransSegs\nTcp: 5 77\n",
    "/proc/net/netstat": "TcpExt: ListenDrops ListenOverflows\nTcpExt: 1 2\n",
    [`${sys}/lo/operstate`]: "unknown\n",
    [`${sys}/eth0/operstate`]: "up\n",
    [`${sys}/eth0/speed`]: "10000\n",
    [`${sys}/eth0/device/vendor`]: "0x1af4\n",
    [`${sys}/eth1/operstate`]: "down\n",
    [`${sys}/eth1/speed`]: "1000\n",
    [`${sys}/veth1/operstate`]: "up\n",
  };

  it("tells which are up, how fast and which have hardware, apart from cards that are summed", async () => {
    const { interfaces, retransmits, listenOverflows } = await readNetwork(treeReader(files));
    expect(interfaces.map(({ name, up, speedMbps, physical }) => [name, up, speedMbps, physical])).toEqual([
      ["lo", true, null, false],
      ["eth0", true, 10_000, true],
      ["eth1", false, null, false],
      ["veth1", null, null, false],
    ]);
    expect([retransmits, listenOverflows]).toEqual([77, 2]);
  });

  it("fails plainly without /proc/net/dev, and lives without everything else", async () => {
    await expect(readNetwork(treeReader({}))).rejects.toMatchObject({ code: "read" });
    const reading = await readNetwork(treeReader({ "/proc/net/dev": HEADER }));
    expect(reading).toMatchObject({ interfaces: [], retransmits: null, listenOverflows: null });
  });
});
