// Where secrets of streams belong: what stores them, and has them used.

interface Sent {
  method: "POST" | "PATCH";
  path: string;
  body: unknown;
  status: number;
}

/** In their order, by an administrator; nothing of it is there. */
export function storingStreamSecrets(name: string, secret: (name: string) => string): Sent[] {
  const source = { name, url: "http://127.0.0.1:9", username: "admin", password: secret("icecast") };
  const channel = `/api/streams/${name}`;
  const webhook = { url: "http://127.0.0.1:9/stop", secret: secret("webhook") };
  return [
    { method: "POST", path: "/api/stream-sources", body: source, status: 201 },
    { method: "POST", path: "/api/stream-sources/test", body: { ...source, password: secret("tried") }, status: 200 },
    { method: "POST", path: `${channel}/events`, body: { events: [{ event: "started" }] }, status: 202 },
    { method: "PATCH", path: channel, body: { webhook }, status: 200 },
    { method: "POST", path: `${channel}/auto-end/end-now`, body: {}, status: 200 },
  ];
}
