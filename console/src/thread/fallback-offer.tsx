import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { identities } from "~/api/identities";
import type { Message } from "~/api/types";
import { useCan } from "~/session/session";
import { Button } from "~/ui/button";
import { SendHorizontal } from "~/ui/icons";
import { useChannelName } from "~/ui/marks";
import { showToast } from "~/ui/toast";

const SHOWN = 3;

/** Below a message that was not sent: the customer's other addresses, where it may go instead. */
export function FallbackOffer({ message }: { message: Message }) {
  const { t } = useTranslation();
  const can = useCan();
  const errorText = useErrorText();
  const channelName = useChannelName();
  const queries = useQueryClient();
  const queryKey = ["fallback-options", message.id];
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => identities.options(message.conversation_id, message.id, signal),
    enabled: can("conversations.reply"),
  });
  const send = useMutation({
    mutationFn: (id: string) => identities.fallBack(message.conversation_id, message.id, id),
    onSuccess: () => queries.setQueryData(queryKey, []),
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "fallback" }),
  });
  const options = found.data ?? [];
  if (options.length === 0) return null;
  return (
    <div className="fallback">
      {options.slice(0, SHOWN).map((option) => (
        <Button
          key={option.identity_id}
          size="sm"
          icon={SendHorizontal}
          busy={send.isPending && send.variables === option.identity_id}
          onClick={() => !send.isPending && send.mutate(option.identity_id)}
        >
          {t(option.vouched ? "fallback.send" : "fallback.sendUnverified", {
            channel: channelName(option.channel.type),
            address: option.address.replace(/^(whatsapp|unproven):/, ""),
          })}
        </Button>
      ))}
    </div>
  );
}

/** The other conversation of a message that went over another channel. */
export function OtherConversation({ id }: { id: string }) {
  const { t } = useTranslation();
  return (
    <Link to="/inbox/$conversationId" params={{ conversationId: id }} search={{ view: "all" }}>
      {t("fallback.there")}
    </Link>
  );
}
