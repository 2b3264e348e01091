import { useQuery } from "@tanstack/react-query";
import { api } from "~/api/endpoints";
import { keys } from "./cache";

/** The server counts no further. */
export const COUNTED_TO = 1_000;

/** "7", or "999+" where the server stopped counting. */
export function countText(count: number): string {
  return count >= COUNTED_TO ? `${COUNTED_TO - 1}+` : String(count);
}

/** How long the lists are, as the server counts them; the session says when to ask again. */
export function useCounts() {
  return useQuery({
    queryKey: keys.counts,
    queryFn: ({ signal }) => api.counts(signal),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}
