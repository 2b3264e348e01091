import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/endpoints";
import { keys } from "~/inbox/cache";
import { useCan } from "~/session/session";

/** The name of a member by his id; null for who is none any more. */
export function usePersonName(): (id: string | null) => string | null {
  const members = useQuery({
    queryKey: keys.members,
    queryFn: ({ signal }) => api.members(signal),
    enabled: useCan()("team.read"),
    staleTime: 60_000,
  });
  return (id) => members.data?.find((member) => member.id === id)?.name ?? null;
}
