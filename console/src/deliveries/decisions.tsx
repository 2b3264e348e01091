import { useTranslation } from "react-i18next";
import type { Decision } from "~/api/deliveries";
import type { Message } from "~/api/types";
import { Button } from "~/ui/button";
import { Ban, Check, type LucideIcon, RotateCcw } from "~/ui/icons";
import { useDecide } from "./use-decide";
import "./decisions.css";

const DECISIONS: readonly { decision: Decision; icon: LucideIcon }[] = [
  { decision: "resend", icon: RotateCcw },
  { decision: "arrived", icon: Check },
  { decision: "discard", icon: Ban },
];

interface DecisionsProps {
  /** The sends that are decided of together. */
  sends: readonly Pick<Message, "id" | "conversation_id">[];
  /** Whose they are, for who hears the buttons without seeing the row. */
  about?: string;
  onDone?: () => void;
}

/** What a person can decide of sends that ended badly: again, it has arrived, or not at all. */
export function Decisions({ sends, about, onDone }: DecisionsProps) {
  const { t } = useTranslation();
  const { decide, busy } = useDecide();
  return (
    <div className="decisions">
      {DECISIONS.map(({ decision, icon }) => {
        const label = t(`deliveries.decisions.${decision}`);
        return (
          <Button
            key={decision}
            size="sm"
            icon={icon}
            busy={busy === decision}
            disabled={busy !== null && busy !== decision}
            aria-label={about ? `${label}: ${about}` : undefined}
            onClick={() => void decide(sends, decision).then(onDone)}
          >
            {label}
          </Button>
        );
      })}
    </div>
  );
}
