import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ChannelHealth, ChannelProblem, ChannelState } from "~/api/channels";
import type en from "~/i18n/connecting.en.json";
import { useFormat } from "~/i18n/use-format";
import { useNow } from "~/lib/hooks";
import { Badge, type Tone } from "~/ui/badge";
import { CircleAlert, CircleCheck, CircleDashed, type LucideIcon, TriangleAlert } from "~/ui/icons";

const LOOKS: Record<ChannelState, { tone: Tone; icon: LucideIcon }> = {
  ok: { tone: "success", icon: CircleCheck },
  degraded: { tone: "warning", icon: TriangleAlert },
  down: { tone: "danger", icon: CircleAlert },
  unknown: { tone: "neutral", icon: CircleDashed },
};

/** How a connection is, in a word. */
export function StateBadge({ state }: { state: ChannelState }) {
  const { t } = useTranslation();
  const { tone, icon } = LOOKS[state];
  return (
    <Badge tone={tone} icon={icon}>
      {t(`connecting.states.${state}`)}
    </Badge>
  );
}

type KnownProblem = keyof typeof en.connecting.problems;

/** What is wrong in words of ours; a code that we do not know yet, by itself. */
export function useProblemText(): (code: string) => string {
  const { t, i18n } = useTranslation();
  return (code) =>
    /^\w+$/.test(code) && i18n.exists(`connecting.problems.${code}`)
      ? t(`connecting.problems.${code as KnownProblem}`)
      : t("connecting.problems.other", { code });
}

interface ProblemsProps {
  health: ChannelHealth;
  /** The button that mends one. */
  mend?: (problem: ChannelProblem) => ReactNode;
}

/** Everything that is wrong with a connection, and what can be done. */
export function Problems({ health, mend }: ProblemsProps) {
  const { t } = useTranslation();
  const textOf = useProblemText();
  const now = useNow();
  const format = useFormat(now);
  if (health.problems.length === 0) return null;
  return (
    <ul className="records">
      {health.problems.map((problem) => (
        <li key={problem.code} className="record">
          <div className="record__main">
            <div className="record__text">
              <span className="record__name">{textOf(problem.code)}</span>
              {problem.detail && (
                <span className="record__more" dir="auto">
                  {t("connecting.detail", { detail: problem.detail })}
                </span>
              )}
              <span className="record__more">
                {t("connecting.since", { when: format.dateTime(problem.since) })}
              </span>
            </div>
          </div>
          {mend?.(problem)}
        </li>
      ))}
    </ul>
  );
}
