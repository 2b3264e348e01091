import type { Tag } from "~/api/types";
import { TagBadge } from "~/settings/tag-badge";
import { Badge } from "~/ui/badge";

/** A customer's tag by the name and colour that the settings give it; one that they do not know, as it is. */
export function ShownTag({ tag, offered }: { tag: string; offered: readonly Tag[] }) {
  const known = offered.find(({ key }) => key === tag);
  return known ? <TagBadge name={known.name} color={known.color} /> : <Badge>{tag}</Badge>;
}
