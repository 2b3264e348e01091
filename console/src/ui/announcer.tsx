import { createStore, useStore } from "~/lib/store";

const spoken = createStore("");

/** Have screen readers say what changed by itself (a new message), without moving the focus. */
export function announce(text: string): void {
  // The same words twice are only said twice when the node changes.
  spoken.set((before) => (before === text ? `${text}\u00a0` : text));
}

export function Announcer() {
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {useStore(spoken)}
    </div>
  );
}
