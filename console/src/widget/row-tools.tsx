import { useTranslation } from "react-i18next";
import { IconButton } from "~/ui/button";
import { ArrowDown, ArrowUp, Trash2 } from "~/ui/icons";

interface RowToolsProps {
  /** What the row is called. */
  name: string;
  at: number;
  count: number;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

/** Up, down and away; each says of which row. */
export function RowTools({ name, at, count, onMove, onRemove }: RowToolsProps) {
  const { t } = useTranslation();
  return (
    <span className="row-tools">
      <IconButton
        icon={ArrowUp}
        size="sm"
        label={t("widget.up", { name })}
        disabled={at === 0}
        onClick={() => onMove(-1)}
      />
      <IconButton
        icon={ArrowDown}
        size="sm"
        label={t("widget.down", { name })}
        disabled={at === count - 1}
        onClick={() => onMove(1)}
      />
      <IconButton icon={Trash2} size="sm" label={t("settings.deleteNamed", { name })} onClick={onRemove} />
    </span>
  );
}
