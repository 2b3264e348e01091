import { request } from "./client";
import type { AvailabilityState } from "./types";

export type AvailabilityKind = "online" | "away" | "offline";

/** A state that members can be in; `built_in` ones are every workspace's. */
export interface State {
  key: string;
  name: string;
  kind: AvailabilityKind;
  built_in: boolean;
}

export interface Standing {
  user_id: string;
  availability: AvailabilityState;
}

const stateAt = (key: string) => `/team/availability-states/${encodeURIComponent(key)}`;

/** One function for each route of availability. */
export const availability = {
  own: (signal?: AbortSignal) => request<Standing>("GET", "/team/availability", { signal }),
  setOwn: (state: string) => request<Standing>("PUT", "/team/availability", { body: { state } }),
  setOf: (id: string, state: string) =>
    request<Standing>("PUT", `/team/members/${encodeURIComponent(id)}/availability`, { body: { state } }),
  states: (signal?: AbortSignal) =>
    request<{ items: State[] }>("GET", "/team/availability-states", { signal }).then(({ items }) => items),
  createState: (body: { name: string; kind: AvailabilityKind }) =>
    request<{ state: State }>("POST", "/team/availability-states", { body }),
  changeState: (key: string, body: { name: string; kind: AvailabilityKind }) =>
    request<{ state: State }>("PATCH", stateAt(key), { body }),
  deleteState: (key: string) => request<void>("DELETE", stateAt(key)),
};
