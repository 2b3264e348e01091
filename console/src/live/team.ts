import type { QueryClient } from "@tanstack/react-query";
import { keys } from "~/inbox/cache";
import { atMostEvery } from "~/lib/calm";

const READ_AGAIN_MS = 5_000;

/** Which queries show what a `team` frame names; its words are the api's. */
const SHOWN_IN: Readonly<Record<string, readonly (readonly unknown[])[]>> = {
  members: [keys.members, ["settings", "members"], ["settings", "roles"], ["settings", "skills"]],
  availability: [keys.members, ["settings", "members"], ["settings", "availability"]],
  departments: [
    keys.departments,
    ["settings", "departments"],
    ["settings", "members"],
    ["settings", "calendars"],
  ],
  skills: [
    ["settings", "skills"],
    ["settings", "members"],
  ],
  roles: [
    ["settings", "roles"],
    ["settings", "members"],
  ],
  tags: [["settings", "tags"]],
};

/** Reads again what shows the team when somebody changes it elsewhere; only what is on the screen is fetched. */
export class TeamNews {
  private readonly changed = new Set<string>();
  private readonly tell = atMostEvery(READ_AGAIN_MS, () => this.read());

  constructor(private readonly queries: QueryClient) {}

  /** `what` of the team has changed. */
  hear(what: string): void {
    this.changed.add(what);
    this.tell();
  }

  stop(): void {
    this.tell.stop();
    this.changed.clear();
  }

  private read(): void {
    const stale = [...this.changed].flatMap((what) => SHOWN_IN[what] ?? [["settings", what]]);
    this.changed.clear();
    const once = new Map(stale.map((key) => [JSON.stringify(key), key]));
    for (const queryKey of once.values()) void this.queries.invalidateQueries({ queryKey });
  }
}
