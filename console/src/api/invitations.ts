import { request } from "./client";
import type { SkillHeld } from "./types";

/** What an invitation offers; `role_name` is in the workspace's language. */
export interface Offer {
  workspace: string;
  email: string;
  name: string | null;
  role: string;
  role_name: string;
  invited_by: string | null;
  expires_at: string;
}

/** Where one is a member now. */
export interface Joined {
  workspace: string;
  slug: string;
  email: string;
}

export type InvitationState = "open" | "expired" | "accepted" | "revoked";

export interface Invitation {
  id: string;
  email: string;
  name: string | null;
  role: string;
  departments: string[];
  skills: SkillHeld[];
  state: InvitationState;
  invited_by: string | null;
  created_at: string;
  expires_at: string;
}

export interface InvitationPage {
  items: Invitation[];
  next_cursor: string | null;
}

export interface NewInvitation {
  email: string;
  name?: string;
  role: string;
  department_ids: string[];
  skills: SkillHeld[];
}

const offerAt = (token: string, verb = "") => `/team/invite/${encodeURIComponent(token)}${verb}`;
const at = (id: string, verb = "") => `/team/invitations/${encodeURIComponent(id)}${verb}`;

/** One function for each route of invitations. */
export const invitations = {
  look: (token: string, signal?: AbortSignal) => request<Offer>("GET", offerAt(token), { signal }),
  accept: (token: string, body: { name?: string; password?: string }) =>
    request<Joined>("POST", offerAt(token, "/accept"), { body }),
  list: (state: InvitationState, cursor: string | null, signal?: AbortSignal) =>
    request<InvitationPage>("GET", "/team/invitations", { query: { state, cursor, limit: 50 }, signal }),
  create: (body: NewInvitation) =>
    request<{ invitation: Invitation }>("POST", "/team/invite", { body }).then((answer) => answer.invitation),
  resend: (id: string) => request<{ invitation: Invitation }>("POST", at(id, "/resend"), { body: {} }),
  revoke: (id: string) => request<void>("DELETE", at(id)),
};
