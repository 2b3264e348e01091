import { keepNumbers, safeHref } from "../richtext";
import { t } from "../texts";
import type { Source } from "../types";
import { Icon } from "./icons";

function Title({ source, alone }: { source: Source; alone: boolean }) {
  const href = safeHref(source.url);
  // A single source has its title on the fold already.
  if (!href) return alone ? null : <strong dir="auto">{source.title}</strong>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" dir="auto">
      {alone ? t("sources.open") : source.title}
      <span class="sr"> ({t("link.new")})</span>
    </a>
  );
}

/** What was unfolded at the end of the log is not left below its edge. */
function reveal({ currentTarget: fold }: { currentTarget: HTMLDetailsElement }) {
  if (fold.open) fold.scrollIntoView({ block: "nearest" });
}

/** What an answer rests on: folded to one line, with title, quote and link inside. */
export function Sources({ sources }: { sources: Source[] }) {
  if (sources.length === 0) return null;
  return (
    <details class="sources" onToggle={reveal}>
      <summary>
        <Icon name="book" />
        <span class="grow">
          {sources.length === 1 ? sources[0]?.title : t("sources.label", { count: sources.length })}
        </span>
        <Icon name="chevron" />
      </summary>
      <ul>
        {sources.map((source, at) => (
          <li key={at}>
            {source.quote && <blockquote dir="auto">{keepNumbers(source.quote)}</blockquote>}
            <Title source={source} alone={sources.length === 1} />
          </li>
        ))}
      </ul>
    </details>
  );
}
