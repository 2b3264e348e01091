import { useState } from "react";

/** The token of a mail's link. It stands in the fragment, which no server sees, and leaves the address at once. */
export function useLinkToken(): string | null {
  const [token] = useState(() => new URLSearchParams(location.hash.slice(1)).get("token"));
  if (token && location.hash) history.replaceState(history.state, "", location.pathname + location.search);
  return token;
}
