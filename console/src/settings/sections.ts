import { CalendarClock, type LucideIcon, Plug, Tag, Webhook } from "~/ui/icons";

export interface Section {
  key: "tags" | "calendars" | "connections" | "webhooks";
  to: "/settings/tags" | "/settings/calendars" | "/settings/connections" | "/settings/webhooks";
  icon: LucideIcon;
  /** What one needs to see it at all; changing asks for more. */
  permission: string;
}

export interface SectionGroup {
  key: "workspace" | "integrations";
  sections: readonly Section[];
}

/** The settings in the order of the navigation. A new page is one line here and one route in router.tsx. */
export const GROUPS: readonly SectionGroup[] = [
  {
    key: "workspace",
    sections: [
      { key: "tags", to: "/settings/tags", icon: Tag, permission: "settings.read" },
      { key: "calendars", to: "/settings/calendars", icon: CalendarClock, permission: "settings.read" },
    ],
  },
  {
    key: "integrations",
    sections: [
      { key: "connections", to: "/settings/connections", icon: Plug, permission: "settings.read" },
      { key: "webhooks", to: "/settings/webhooks", icon: Webhook, permission: "webhooks.manage" },
    ],
  },
];

/** What somebody with these permissions sees; a group without a page is not there. */
export function visibleGroups(can: (permission: string) => boolean): SectionGroup[] {
  return GROUPS.map((group) => ({
    ...group,
    sections: group.sections.filter((section) => can(section.permission)),
  })).filter((group) => group.sections.length > 0);
}
