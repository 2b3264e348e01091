import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

/** A customer by what is known of him; one that was erased has a number only. */
export function CustomerLink({
  id,
  name,
  gone = false,
}: {
  id: string;
  name?: string | null;
  gone?: boolean;
}) {
  const { t } = useTranslation();
  const text = name || t("privacy.customer", { tag: id.slice(0, 8) });
  if (gone) return <span className="record__name">{text}</span>;
  return (
    <Link to="/customers/$customerId" params={{ customerId: id }} className="record__name">
      <bdi>{text}</bdi>
    </Link>
  );
}
