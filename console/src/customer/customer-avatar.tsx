import { Avatar, IconAvatar } from "~/ui/avatar";
import { User } from "~/ui/icons";

interface CustomerAvatarProps {
  customer: { id: string; name: string | null };
  size?: "sm" | "md" | "lg";
}

/** Initials, or for who gave no name a figure in a tint of its own. */
export function CustomerAvatar({ customer, size = "md" }: CustomerAvatarProps) {
  const name = customer.name?.trim();
  if (name) return <Avatar name={name} size={size} />;
  return <IconAvatar icon={User} seed={customer.id} size={size} />;
}
