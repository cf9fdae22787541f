// Colleagues for a running Dozor, made through its API.
import type { App } from "./app";
import { expect, NEW_PASSWORD, tokenOf } from "./session";

/** Asks the API as one person; a body goes as JSON. */
export type Client = (method: string, path: string, body?: unknown) => Promise<Response>;

/** The API as whoever the token belongs to. */
export function clientOf(app: App, token: string): Client {
  return (method, path, body) =>
    fetch(app.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}

/** The API as `admin`, signed in at the first call. */
export function adminOf(app: App): Client {
  let token: Promise<string> | undefined;
  return async (method, path, body) => {
    token ??= tokenOf(app, "admin", NEW_PASSWORD);
    return clientOf(app, await token)(method, path, body);
  };
}

export interface Team {
  admin: Client;
  passwords: Record<string, string>;
}

/** Users named after their roles, with passwords of their own choice. */
export async function teamOf(app: App, roles: readonly string[]): Promise<Team> {
  const admin = adminOf(app);
  const passwords: Record<string, string> = {};
  for (const [index, role] of roles.entries()) {
    const password = `steady-${role}-6${index}-lantern`;
    const made = await admin("POST", "/api/users", { login: role, email: `${role}@example.org`, role, password });
    expect(made.status, await made.clone().text()).toBe(201);
    passwords[role] = password;
    // A password given by another is forced to be changed.
    const chosen = `${password}-own`;
    const own = clientOf(app, await tokenOf(app, role, password));
    const changed = await own("PUT", "/api/auth/password", { current_password: password, new_password: chosen });
    expect(changed.status, await changed.clone().text()).toBeLessThan(300);
    passwords[role] = chosen;
  }
  return { admin, passwords };
}
