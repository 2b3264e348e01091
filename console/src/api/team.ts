import { request } from "./client";
import type {
  MemberPage,
  Names,
  Permissions,
  Role,
  RoleScope,
  Skill,
  TeamDepartment,
  TeamMember,
} from "./types";

const at = (kind: string, id: string, more = "") => `/team/${kind}/${encodeURIComponent(id)}${more}`;
const MOST = 500;

async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: T[]; next_cursor?: string | null } = await request("GET", path, {
      query: path.endsWith("/roles") ? {} : { cursor, limit: MOST },
      signal,
    });
    found.push(...page.items);
    cursor = page.next_cursor ?? null;
  } while (cursor);
  return found;
}

export interface MemberQuery {
  q?: string;
  role?: string;
  department_id?: string;
}

export interface MemberChange {
  role?: string;
  department_ids?: string[];
  skills?: { skill_id: string; level: number }[];
  capacity?: Record<string, number>;
}

export interface RoleChange {
  name?: string;
  permissions?: string[];
  scope?: RoleScope;
}

export interface DepartmentChange {
  key?: string;
  name?: Names;
  timezone?: string;
  default?: boolean;
}

/** One function for each route of the team. */
export const team = {
  members: (query: MemberQuery, cursor: string | null, signal?: AbortSignal) =>
    request<MemberPage>("GET", "/team/members", { query: { ...query, cursor, limit: 50 }, signal }),
  changeMember: (id: string, body: MemberChange) =>
    request<{ member: TeamMember }>("PATCH", at("members", id), { body }),
  disableMember: (id: string) => request<{ member: TeamMember }>("POST", at("members", id, "/disable")),
  enableMember: (id: string) => request<{ member: TeamMember }>("POST", at("members", id, "/enable")),
  removeMember: (id: string) => request<void>("DELETE", at("members", id)),

  departments: (signal?: AbortSignal) => all<TeamDepartment>("/team/departments", signal),
  createDepartment: (body: DepartmentChange) =>
    request<{ department: TeamDepartment }>("POST", "/team/departments", { body }),
  changeDepartment: (id: string, body: DepartmentChange) =>
    request<{ department: TeamDepartment }>("PATCH", at("departments", id), { body }),
  deleteDepartment: (id: string, moveTo: string | undefined) =>
    request<void>("DELETE", at("departments", id), { query: { move_to: moveTo } }),

  skills: (signal?: AbortSignal) => all<Skill>("/team/skills", signal),
  createSkill: (name: string) => request<{ skill: Skill }>("POST", "/team/skills", { body: { name } }),
  renameSkill: (id: string, name: string) =>
    request<{ skill: Skill }>("PATCH", at("skills", id), { body: { name } }),
  deleteSkill: (id: string) => request<void>("DELETE", at("skills", id)),

  permissions: (signal?: AbortSignal) => request<Permissions>("GET", "/team/permissions", { signal }),
  roles: (signal?: AbortSignal) => all<Role>("/team/roles", signal),
  createRole: (body: Required<RoleChange>) =>
    request<{ role: Role }>("POST", "/team/roles", { body }).then((answer) => answer.role),
  changeRole: (key: string, body: RoleChange) =>
    request<{ role: Role }>("PATCH", at("roles", key), { body }).then((answer) => answer.role),
  deleteRole: (key: string, moveTo: string | undefined) =>
    request<void>("DELETE", at("roles", key), { query: { move_to: moveTo } }),
};
