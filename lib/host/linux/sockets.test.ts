import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { TCP_STATES, type TcpState } from "../readings";
import { addStates, MOST_SOCKETS, parseColumn, readSockets } from "./sockets";
import { treeReader } from "./tree-reader";

const HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const REST = "00000000:00000000 00:00000000 00000000     0        0 12345 1 0000000000000000 100 0 0 10 0";
const hex = (state: number) => state.toString(16).toUpperCase().padStart(2, "0");
const four = (sl: number, state: number) =>
  `${String(sl).padStart(4)}: 0100007F:1F90 0100007F:C350 ${hex(state)} ${REST}  \n`;
const zeros = "0".repeat(32);
const six = (sl: number, state: number) =>
  `${String(sl).padStart(4)}: ${zeros}:0016 ${zeros}:0000 ${hex(state)} ${REST}\n`;
const none = () => Object.fromEntries(TCP_STATES.map((state) => [state, 0])) as Record<TcpState, number | null>;

describe("addStates", () => {
  it("counts every state of both tables, however long the line number is", () => {
    const states = none();
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    addStates(states, HEADER + numbers.map((state) => four(state, state)).join(""));
    addStates(states, HEADER + six(123_456, 10) + six(1, 1));
    expect(states).toEqual({
      ...none(),
      ...Object.fromEntries(TCP_STATES.map((state) => [state, 1])),
      established: 2,
      syn_recv: 2,
      listen: 2,
    });
  });

  it("never throws and counts no more than the lines", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constant(four(0, 1)), fc.constant(four(0, 99)))), (lines) => {
        const states = none();
        const text = HEADER + lines.join("");
        addStates(states, text);
        const sum = Object.values(states).reduce<number>((total, count) => total + (count ?? 0), 0);
        expect(sum).toBeLessThanOrEqual(text.split("\n").length);
      }),
    );
  });
});

describe("parseColumn", () => {
  const text = "Ip: Forwarding DefaultTTL\nIp: 1 64\nTcp: RtoMin MaxConn CurrEstab\nTcp: 200 -1 7\nTcpExt: A\n";

  it.each([
    ["Tcp", "CurrEstab", 7],
    ["Tcp", "RtoMin", 200],
    ["Tcp", "MaxConn", null],
    ["Tcp", "Other", null],
    ["TcpExt", "A", null],
    ["Udp", "A", null],
  ])("%s %s is %j", (group, column, expected) => {
    expect(parseColumn(text, group, column)).toBe(expected);
  });

  it("follows the columns of another kernel", () => {
    expect(parseColumn("Tcp: CurrEstab RtoMin\nTcp: 8 200\n", "Tcp", "CurrEstab")).toBe(8);
    expect(parseColumn(text, "Tcp", "CurrEstab")).toBe(7);
  });

  it("does not take a number from the next line", () => {
    expect(parseColumn("Tcp: A B C\nTcp: 1 2\nUdp: 3 4 5\n", "Tcp", "C")).toBeNull();
  });
});

const SNMP = "Tcp: MaxConn CurrEstab\nTcp: -1 5\n";
const sockstat = (inuse: number, waiting: number) =>
  `sockets: used 9\nTCP: inuse ${inuse} orphan 0 tw ${waiting} alloc 9 mem 1\nUDP: inuse 4 mem 0\n`;
const SOCKSTAT6 = "TCP6: inuse 1\nUDP6: inuse 2\n";

describe("readSockets", () => {
  it("joins the kernel's own counts with those of the tables", async () => {
    const host = treeReader({
      "/proc/net/sockstat": sockstat(4, 3),
      "/proc/net/sockstat6": SOCKSTAT6,
      "/proc/net/tcp": HEADER + four(0, 10) + four(1, 8) + four(2, 8) + four(3, 1),
      "/proc/net/tcp6": HEADER + six(0, 10),
    });
    const { tcp, udp, unavailable } = await readSockets(host, SNMP);
    expect(tcp).toEqual({ ...none(), established: 3, close_wait: 2, time_wait: 3, listen: 2 });
    expect(udp).toBe(6);
    expect(unavailable).toEqual({});
  });

  it("does not touch the tables above the limit, and says so", async () => {
    const host = treeReader({ "/proc/net/sockstat": sockstat(MOST_SOCKETS, 500), "/proc/net/sockstat6": SOCKSTAT6 });
    const text = vi.spyOn(host, "text");
    const { tcp, unavailable } = await readSockets(host, SNMP);
    expect(tcp).toMatchObject({ established: 5, time_wait: 500, listen: null, close_wait: null });
    expect(unavailable["connections.tcp"]).toContain(`${MOST_SOCKETS + 501} TCP sockets`);
    expect(text).not.toHaveBeenCalledWith("/proc/net/tcp");
  });

  it("leaves a table without sockets alone", async () => {
    const { tcp } = await readSockets(
      treeReader({ "/proc/net/sockstat": sockstat(0, 0), "/proc/net/sockstat6": "TCP6: inuse 0\nUDP6: inuse 0\n" }),
      SNMP.replace(" 5", " 0"),
    );
    expect(tcp).toEqual(none());
  });

  it("knows nothing where nothing can be read", async () => {
    const { tcp, udp, unavailable } = await readSockets(treeReader({}), "");
    expect(new Set(Object.values(tcp))).toEqual(new Set([null]));
    expect(udp).toBeNull();
    expect(Object.keys(unavailable)).toEqual(["connections.tcp", "connections.udp.count"]);
  });
});
