import { useQuery } from "@tanstack/react-query";
import { settings } from "~/api/settings";
import type { Tag } from "~/api/types";
import { useCan } from "~/session/session";
import { settingKeys } from "~/settings/keys";

const NONE: Tag[] = [];

/** The tags that the settings offer; none for who may not read them. */
export function useOfferedTags(): readonly Tag[] {
  const can = useCan();
  const found = useQuery({
    queryKey: settingKeys.tags,
    queryFn: ({ signal }) => settings.tags(signal),
    staleTime: 60_000,
    enabled: can("settings.read"),
  });
  return found.data ?? NONE;
}
