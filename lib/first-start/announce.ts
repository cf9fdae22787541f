import type { NewAdmin } from "./admin";

/** Where a browser on this machine (or, with PUBLIC_URL, anywhere) finds us. */
export function addressOf(at: { publicUrl: string | undefined; host: string; port: number }): string {
  if (at.publicUrl) return at.publicUrl;
  const here = ["127.0.0.1", "::1", "0.0.0.0", "::", "localhost"].includes(at.host);
  const host = at.host.includes(":") ? `[${at.host}]` : at.host;
  return `http://${here ? "localhost" : host}:${at.port}`;
}

/** The only place where a generated password is ever shown: a box for the console. */
export function passwordBox({ login, password = "" }: NewAdmin, address: string): string {
  const lines = [
    "The first user was created. Sign in and choose a password of your own.",
    "",
    `  Address    ${address}`,
    `  Login      ${login}`,
    `  Password   ${password}`,
    "",
    "This password is shown this once.",
  ];
  const width = Math.max(...lines.map((line) => line.length));
  const rule = "─".repeat(width + 4);
  const body = lines.map((line) => `│  ${line.padEnd(width)}  │`);
  return [`┌${rule}┐`, ...body, `└${rule}┘`].join("\n");
}
