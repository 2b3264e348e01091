import type { ConversationQuery } from "~/api/endpoints";
import type { Controller, Conversation, ConversationStatus } from "~/api/types";

export const VIEWS = ["mine", "unassigned", "bot", "all"] as const;
export const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;
export const CONTROLLERS = ["operator", "scenario", "assistant"] as const;

export type View = (typeof VIEWS)[number];

/** What the inbox shows, as it stands in the URL. */
export interface InboxSearch {
  view: View;
  status?: ConversationStatus;
  controller?: Controller;
  /** A channel type: widget, telegram, … */
  channel?: string;
  /** A department's id. */
  department?: string;
  /** The customer panel: without it, shown where there is room. */
  panel?: "open" | "closed";
}

export type ListFilter = Omit<InboxSearch, "panel">;

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function oneOf<T extends string>(allowed: readonly T[], value: unknown): T | undefined {
  return allowed.includes(value as T) ? (value as T) : undefined;
}

/** Read search params from a URL that anyone may have typed: what is not known is left out. */
export function parseSearch(raw: Record<string, unknown>): InboxSearch {
  const view = oneOf(VIEWS, raw.view) ?? "mine";
  const search: InboxSearch = { view };
  const status = oneOf(STATUSES, raw.status);
  const controller = oneOf(CONTROLLERS, raw.controller);
  const panel = oneOf(["open", "closed"] as const, raw.panel);
  if (status && allowsFilter(view, "status")) search.status = status;
  if (controller && allowsFilter(view, "controller", controller)) search.controller = controller;
  if (typeof raw.channel === "string" && raw.channel) search.channel = raw.channel;
  if (typeof raw.department === "string" && ID.test(raw.department)) search.department = raw.department;
  if (panel) search.panel = panel;
  return search;
}

/** A view that is defined by a status or a controller cannot be filtered against its own definition. */
export function allowsFilter(view: View, filter: "status" | "controller", value?: Controller): boolean {
  if (filter === "status") return view === "mine" || view === "all";
  if (view === "unassigned") return false;
  return !(view === "bot" && value === "operator");
}

export function listFilter({ view, status, controller, channel, department }: InboxSearch): ListFilter {
  return { view, status, controller, channel, department };
}

/** The list of what is snoozed, as the sidebar has it. */
export function isSnoozed(search: InboxSearch): boolean {
  return search.view === "all" && search.status === "snoozed" && countFilters(search) === 1;
}

export function countFilters(search: InboxSearch): number {
  return [search.status, search.controller, search.channel, search.department].filter(Boolean).length;
}

/** The list's words for the API. */
export function toQuery({ view, status, controller, ...rest }: ListFilter): ConversationQuery {
  switch (view) {
    case "mine":
      return { assigned_to: "me", status: status ?? "open", controller, ...rest };
    case "unassigned":
      return { status: "open", controller: "operator", assigned_to: "none", ...rest };
    case "bot":
      return { status: "open", controller: controller ?? "bot", ...rest };
    case "all":
      return { status, controller, ...rest };
  }
}

/** Whether a conversation belongs to a list: the server's rule, for rows that change while one looks. */
export function matches(filter: ListFilter, conversation: Conversation, myId: string): boolean {
  const query = toQuery(filter);
  const holder = conversation.assignee?.id ?? "none";
  const isBot = conversation.controller !== "operator";
  if (query.status && conversation.status !== query.status) return false;
  if (query.assigned_to && holder !== (query.assigned_to === "me" ? myId : query.assigned_to)) return false;
  if (query.department && conversation.department?.id !== query.department) return false;
  if (query.channel && conversation.channel.type !== query.channel) return false;
  if (query.controller === "bot") return isBot;
  return !query.controller || conversation.controller === query.controller;
}
