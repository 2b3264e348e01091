import { keys } from "~/inbox/cache";
import { settingKeys } from "~/settings/keys";

type Key = readonly unknown[];

const STALE: Readonly<Record<string, readonly Key[]>> = {
  members: [settingKeys.members, keys.members, settingKeys.invitations],
  invitations: [settingKeys.invitations],
  departments: [settingKeys.departments, keys.departments],
  skills: [settingKeys.skills],
  roles: [settingKeys.roles],
  availability: [settingKeys.members, settingKeys.availability],
  availability_states: [settingKeys.availabilityStates],
};

/** What is to be read anew when the team's news tell of a change; a noun that is not known concerns no list here. */
export function staleAfter(what: string): readonly Key[] {
  return STALE[what] ?? [];
}
