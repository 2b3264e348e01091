import { useTranslation } from "react-i18next";
import { Button } from "~/ui/button";
import { Banner } from "~/ui/feedback";

interface SaveBarProps {
  changed: boolean;
  busy: boolean;
  /** Why it cannot be saved as it stands. */
  fault?: string | null;
  refused: string | null;
  onDiscard: () => void;
}

/** At the foot of a form that fills a page; it stays in sight while one scrolls. */
export function SaveBar({ changed, busy, fault = null, refused, onDiscard }: SaveBarProps) {
  const { t } = useTranslation();
  if (!changed) return null;
  return (
    <div className="save-bar">
      {refused && (
        <Banner tone="danger" alert>
          {refused}
        </Banner>
      )}
      <div className="save-bar__row">
        <span className="save-bar__text">{fault ?? t("settings.unsaved.text")}</span>
        <Button variant="quiet" disabled={busy} onClick={onDiscard}>
          {t("settings.unsaved.discard")}
        </Button>
        <Button type="submit" variant="primary" busy={busy} disabled={fault !== null}>
          {t("common.save")}
        </Button>
      </div>
    </div>
  );
}
