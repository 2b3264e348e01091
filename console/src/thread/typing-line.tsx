import { useTranslation } from "react-i18next";
import type { Conversation } from "~/api/types";
import { useCustomerName } from "~/customer/names";
import { useStore } from "~/lib/store";
import { useSession } from "~/session/session";

/** Keeps its place when nobody writes, so that the thread does not jump. */
export function TypingLine({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const { typing, me } = useSession();
  const customerName = useCustomerName()(conversation.customer);
  const author = useStore(typing.people).get(conversation.id);
  if (!author || author.id === me.user.id) return <div className="typing-line" />;
  const name = author.kind === "customer" ? customerName : author.name || t(`author.${author.kind}`);
  return (
    <div className="typing-line">
      <span className="typing-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      {t("thread.isTyping", { name })}
    </div>
  );
}
