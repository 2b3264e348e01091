import type { QueryClient } from "@tanstack/react-query";
import { keys } from "~/inbox/cache";
import { atMostEvery } from "~/lib/calm";
import { settingKeys } from "~/settings/keys";

const READ_AGAIN_MS = 5_000;

type Key = readonly unknown[];

/** Which queries show what a `team` frame names; its words are the api's. */
const SHOWN_IN: Readonly<Record<string, readonly Key[]>> = {
  members: [
    keys.members,
    settingKeys.members,
    settingKeys.roles,
    settingKeys.skills,
    settingKeys.invitations,
  ],
  invitations: [settingKeys.invitations],
  availability: [keys.members, settingKeys.members, settingKeys.availability],
  availability_states: [settingKeys.availabilityStates, settingKeys.members],
  departments: [keys.departments, settingKeys.departments, settingKeys.members, settingKeys.calendars],
  skills: [settingKeys.skills, settingKeys.members],
  roles: [settingKeys.roles, settingKeys.members],
  tags: [settingKeys.tags],
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
