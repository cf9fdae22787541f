// People who look at the product: each may ask so often only.
import { pool } from "../../lib/db";
import { request } from "./client";

export interface Account {
  username: string;
  password: string;
}

export type Headers = { authorization: string };

/** What a signed-in person's requests carry. */
export async function signIn(url: string, account: Account): Promise<Headers> {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const body = Buffer.from(new URLSearchParams({ ...account }).toString());
  const token = JSON.parse(await request(`${url}/api/token`, { method: "POST", headers: form, body }));
  return { authorization: `Bearer ${token.access_token}` };
}

let known = 0;

/** New people with the password of `model`, every other one an operator, signed in. */
export async function signInViewers(url: string, model: Account, count: number): Promise<Headers[]> {
  const first = known;
  known += count;
  await pool().query(
    `INSERT INTO users (login, role, password_hash)
     SELECT 'viewer-' || n, CASE n % 2 WHEN 0 THEN 'viewer' ELSE 'operator' END, password_hash
     FROM users, generate_series($2::int, $3::int - 1) AS n WHERE login = $1`,
    [model.username, first, known],
  );
  const signedIn: Headers[] = [];
  for (let n = first; n < known; n++) signedIn.push(await signIn(url, { ...model, username: `viewer-${n}` }));
  return signedIn;
}
