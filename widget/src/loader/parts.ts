export const CROSS = "M6 6l12 12M18 6L6 18";

export function add(
  parent: Node,
  tag: string,
  attributes: Record<string, string> = {},
  space?: string,
): HTMLElement {
  const element = document.createElementNS(space ?? "http://www.w3.org/1999/xhtml", tag);
  for (const name in attributes) element.setAttribute(name, attributes[name] as string);
  return parent.appendChild(element) as HTMLElement;
}

/** An icon of one path; built by nodes, a host with Trusted Types refuses markup. */
export function addIcon(parent: Node): HTMLElement {
  const space = "http://www.w3.org/2000/svg";
  const icon = add(parent, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, space);
  return add(icon, "path", {}, space);
}
