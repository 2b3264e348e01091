import { memo } from "react";

const LINK = /(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}])/gu;

/** Text as it was written: lines kept, direction by its own first letter, web addresses to click. */
export const RichText = memo(function RichText({ text }: { text: string }) {
  const parts = text.split(LINK);
  return (
    <div className="rich-text" dir="auto">
      {parts.map((part, at) =>
        at % 2 === 1 ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never move
          <a key={at} href={part} target="_blank" rel="noreferrer noopener nofollow">
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </div>
  );
});
