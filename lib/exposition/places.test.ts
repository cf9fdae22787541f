import { afterEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { provideEnv } from "../env";
import { throttle } from "../http/throttle";
import { answerMetrics } from "./answer";

const TOKEN = "uD6wQmB2rYx8fKp3vNz7tHj5sLc9gEa4";

useDatabase();
afterEach(() => provideEnv({ METRICS_PUBLIC: "", METRICS_TOKEN: "" }));

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (headers: Record<string, string>): Promise<Response> =>
  answerMetrics(new Request("http://localhost/metrics", { headers }));

describe("places to read from", () => {
  const readers: Response[] = [];
  const take = async (headers: Record<string, string>) => {
    const given = await ask(headers);
    if (given.status === 200) readers.push(given);
    return given.status;
  };
  const from = (address: string) => ({ "x-dozor-remote": address });

  it("nobody can take those of our token, nor one stranger all of the others", async () => {
    provideEnv({ METRICS_PUBLIC: "true", METRICS_TOKEN: TOKEN });
    while ((await take(from("192.0.2.1"))) === 200) expect(readers.length).toBeLessThan(20);
    expect(await take(from("192.0.2.2"))).toBe(200);
    for (let i = 3; (await take(from(`192.0.2.${i}`))) === 200; i += 1) expect(readers.length).toBeLessThan(20);
    expect(await take({ ...bearer(TOKEN), ...from("192.0.2.1") })).toBe(200);
    for (const { body } of readers) await body?.cancel();
    expect(await take(from("192.0.2.1"))).toBe(200);
    await readers.pop()?.body?.cancel();
  });

  it("whoever asks too often from an address does not use up what our token may ask from there", async () => {
    provideEnv({ METRICS_TOKEN: TOKEN });
    expect(() => {
      for (let i = 0; i < 1_000; i += 1) throttle("192.0.2.77");
    }).toThrow("slow down");
    expect((await ask({ ...bearer("nonsense"), ...from("192.0.2.77") })).status).toBe(429);
    const given = await ask({ ...bearer(TOKEN), ...from("192.0.2.77") });
    expect(given.status).toBe(200);
    await given.body?.cancel();
  });
});
