import { useTranslation } from "react-i18next";
import type { Rating } from "~/api/types";
import { ThumbsDown, ThumbsUp } from "~/ui/icons";

const MOST = { stars5: 5, emoji: 5, nps10: 10, ces7: 7 } as const;

/** A score as it reads on its scale, and what the customer added in his own words. */
export function RatingGiven({ rating }: { rating: Rating }) {
  const { t } = useTranslation();
  const { scale, score, comment } = rating;
  return (
    <div className="rating">
      {scale === "thumbs" ? (
        <span className="fact__icon">
          {score ? <ThumbsUp size={14} aria-hidden /> : <ThumbsDown size={14} aria-hidden />}
          {t(score ? "rating.up" : "rating.down")}
        </span>
      ) : (
        <span>{t("rating.of", { score, most: MOST[scale] })}</span>
      )}
      {comment && <blockquote dir="auto">{comment}</blockquote>}
    </div>
  );
}
