import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Empty } from "~/ui/feedback";
import { CircleAlert, Search } from "~/ui/icons";

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="splash">
      <Empty
        icon={Search}
        title={t("frame.notFound.title")}
        actions={
          <Link to="/inbox" search={{ view: "mine" }} className="button button--primary">
            {t("frame.notFound.back")}
          </Link>
        }
      >
        {t("frame.notFound.text")}
      </Empty>
    </main>
  );
}

/** A fault of ours: say so, lose nothing (drafts are stored), and offer the way on. */
export function PageFailed({ error }: ErrorComponentProps) {
  const { t } = useTranslation();
  return (
    <main className="splash">
      <Empty
        icon={CircleAlert}
        title={t("frame.failed.title")}
        actions={
          <Button variant="primary" onClick={() => location.reload()}>
            {t("frame.failed.reload")}
          </Button>
        }
      >
        {t("frame.failed.text")}
        <code className="visually-hidden">{error instanceof Error ? error.message : null}</code>
      </Empty>
    </main>
  );
}
