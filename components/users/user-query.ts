// The state of the list of users as it stands in the address: pure.
import { ROLES, type Role } from "@/lib/users/permissions";
import { USER_SORTS, USER_STATUSES, USERS_PAGE_SIZE, type UserListQuery, type UserStatus } from "@/lib/users/schema";

export type SearchParams = Record<string, string | string[] | undefined>;

export interface UserQuery {
  search: string;
  status: UserStatus | null;
  role: Role | null;
  sort: UserListQuery["sort"];
  /** From 1. */
  page: number;
}

const SORTS: readonly string[] = [...USER_SORTS, ...USER_SORTS.map((sort) => `-${sort}`)];
const isSort = (text: string): text is UserListQuery["sort"] => SORTS.includes(text);
/** As many as the list reaches. */
const LAST_PAGE = 10_000;

/** Reads `?q&status&role&sort&page`; what makes no sense is as if it were absent. */
export function parseUserQuery(params: SearchParams): UserQuery {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === "string" ? value : "";
  };
  const page = Number(text("page"));
  const sort = text("sort");
  return {
    search: text("q").replaceAll("\0", "").trim().slice(0, 100),
    status: USER_STATUSES.find((status) => status === text("status")) ?? null,
    role: ROLES.find((role) => role === text("role")) ?? null,
    sort: isSort(sort) ? sort : "login",
    page: Number.isInteger(page) && page > 0 && page <= LAST_PAGE ? page : 1,
  };
}

/** What the address asks of the list. */
export function listQueryOf({ search, status, role, sort, page }: UserQuery): UserListQuery {
  return {
    sort,
    limit: USERS_PAGE_SIZE,
    offset: (page - 1) * USERS_PAGE_SIZE,
    ...(search && { search }),
    ...(status && { status }),
    ...(role && { role }),
  };
}

/** The address of the list in another state; defaults are left out. */
export function usersHref(query: UserQuery, change: Partial<UserQuery> = {}, path = "/admin/users"): string {
  const { search, status, role, sort, page } = { ...query, page: 1, ...change };
  const params = new URLSearchParams();
  if (search) params.set(path === "/admin/users" ? "q" : "search", search);
  if (status) params.set("status", status);
  if (role) params.set("role", role);
  if (sort !== "login") params.set("sort", sort);
  if (page > 1) params.set("page", String(page));
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

/** The same list as a file. */
export function usersFile(query: UserQuery): string {
  const href = usersHref(query, {}, "/api/users");
  return `${href}${href.includes("?") ? "&" : "?"}format=csv`;
}
