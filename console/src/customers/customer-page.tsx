import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api } from "~/api/endpoints";
import type { Conversation, Customer } from "~/api/types";
import { CustomerFacts } from "~/customer/customer-panel";
import { useCustomerName } from "~/customer/names";
import { useFormat } from "~/i18n/use-format";
import { keys } from "~/inbox/cache";
import { CustomerPrivacy } from "~/privacy/customer-privacy";
import { useCan } from "~/session/session";
import { Badge } from "~/ui/badge";
import { Empty } from "~/ui/feedback";
import { MessagesSquare } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { StatusBadge, useChannelLabel } from "~/ui/marks";
import { Card, Page } from "~/ui/page";
import { Notes } from "./notes";
import "./customers.css";

/** One customer: who it is, what was talked about, what the team noted. */
export function CustomerPage() {
  const { t } = useTranslation();
  const { customerId = "" } = useParams({ strict: false });
  const can = useCan();
  const nameOf = useCustomerName();
  const customer = useQuery({
    queryKey: keys.customer(customerId),
    queryFn: ({ signal }) => api.customer(customerId, signal),
  });
  return (
    <Page
      title={customer.data ? nameOf(customer.data) : t("customers.one")}
      actions={
        <>
          <Link to="/customers" search={{}} className="button button--quiet">
            {t("customers.back")}
          </Link>
          {customer.data && <CustomerPrivacy customer={customer.data} name={nameOf(customer.data)} />}
        </>
      }
      wide
    >
      <Loaded query={customer}>
        {(found) => (
          <div className="customer-columns">
            <Card title={t("customer.contacts")}>
              <div className="customer-facts">
                <CustomerFacts customer={found} />
                <Consents customer={found} />
              </div>
            </Card>
            <div className="customer-main">
              {can("conversations.read") && <Conversations customerId={found.id} />}
              <Notes key={found.id} customerId={found.id} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Consents({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const given = Object.entries(customer.consents ?? {});
  return (
    <div className="panel__section">
      <h3 className="panel__title">{t("customers.consents")}</h3>
      {given.length === 0 && <p className="page__hint">{t("customers.noConsents")}</p>}
      <ul className="lines">
        {given.map(([purpose, consent]) => (
          <li key={purpose} className="line">
            <div className="line__text">
              <div className="line__name">
                {purpose}
                <Badge tone={consent.status === "granted" ? "success" : "danger"}>
                  {t(consent.status === "granted" ? "customers.granted" : "customers.denied")}
                </Badge>
              </div>
              <p className="line__facts">
                {consent.source} · {format.dateTime(consent.at)}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Conversations({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["customer-conversations", customerId],
    queryFn: ({ signal }) => api.conversationsOf(customerId, signal),
  });
  return (
    <Card title={t("customers.conversations")}>
      <Loaded query={found}>
        {({ items }) =>
          items.length ? (
            <ul className="lines">
              {items.map((each) => (
                <ConversationLine key={each.id} conversation={each} />
              ))}
            </ul>
          ) : (
            <Empty icon={MessagesSquare} title={t("customers.noConversations.title")}>
              {t("customers.noConversations.text")}
            </Empty>
          )
        }
      </Loaded>
    </Card>
  );
}

function ConversationLine({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelLabel = useChannelLabel();
  return (
    <li className="line">
      <div className="line__text">
        <div className="line__name">
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: conversation.id }}
            search={{ view: "all" }}
          >
            {conversation.last_message?.text || t("customers.openConversation")}
          </Link>
        </div>
        <p className="line__facts">
          {channelLabel(conversation.channel)} · {format.dateTime(conversation.created_at)}
        </p>
      </div>
      <StatusBadge status={conversation.status} />
    </li>
  );
}
