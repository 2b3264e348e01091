import { request } from "./client";

export type AttributeKind = "text" | "number" | "boolean" | "date" | "choice" | "url";
export type AttributeSubject = "customer" | "conversation";

/** A custom attribute; `options` are the choices of kind `choice`. */
export interface Attribute {
  id: string;
  subject: AttributeSubject;
  key: string;
  name: Record<"ru" | "en", string>;
  kind: AttributeKind;
  options: string[];
  required: boolean;
  created_at: string;
  updated_at: string;
}

export interface AttributeChange {
  name: Record<"ru" | "en", string>;
  options: string[];
  required: boolean;
}

export type NewAttribute = AttributeChange & Pick<Attribute, "subject" | "key" | "kind">;

const at = (id: string) => `/settings/attributes/${encodeURIComponent(id)}`;

/** One function for each route of attributes. */
export const attributes = {
  list: (subject: AttributeSubject | undefined, signal?: AbortSignal) =>
    request<{ items: Attribute[] }>("GET", "/settings/attributes", { query: { subject }, signal }).then(
      ({ items }) => items,
    ),
  create: (body: NewAttribute) => request<{ attribute: Attribute }>("POST", "/settings/attributes", { body }),
  change: (id: string, body: AttributeChange) => request<{ attribute: Attribute }>("PATCH", at(id), { body }),
  remove: (id: string) => request<void>("DELETE", at(id)),
};
