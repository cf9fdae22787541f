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
/** Whoever waits for a decision comes first. */
const DEFAULT_SORT = "status";
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
    sort: isSort(sort) ? sort : DEFAULT_SORT,
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
export function usersHref(query: UserQuery, change: Partial<UserQuery> = {}): string {
  const { search, status, role, sort, page } = { ...query, page: 1, ...change };
  const params = new URLSearchParams({
    ...(search && { q: search }),
    ...(status && { status }),
    ...(role && { role }),
    ...(sort !== DEFAULT_SORT && { sort }),
    ...(page > 1 && { page: String(page) }),
  });
  return params.size > 0 ? `/admin/users?${params}` : "/admin/users";
}

/** All users of the list as a file. */
export function usersFile({ search, status, role, sort }: UserQuery): string {
  const filters = { ...(search && { search }), ...(status && { status }), ...(role && { role }) };
  return `/api/users?${new URLSearchParams({ ...filters, sort, format: "csv" })}`;
}
