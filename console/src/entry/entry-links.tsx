import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

export function ToSignIn() {
  const { t } = useTranslation();
  return (
    <Link to="/inbox" search={{ view: "mine" }} className="button button--quiet">
      {t("entry.toSignIn")}
    </Link>
  );
}
