import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type DragEvent, type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useErrorText } from "~/api/error-text";
import { type Address, identities } from "~/api/identities";
import { useFormat } from "~/i18n/use-format";
import { useCan } from "~/session/session";
import { announce } from "~/ui/announcer";
import { Badge } from "~/ui/badge";
import { Button, IconButton } from "~/ui/button";
import { ArrowDown, ArrowUp, Ellipsis, Plus } from "~/ui/icons";
import { Loaded } from "~/ui/loaded";
import { channelIcon, useChannelLabel } from "~/ui/marks";
import { Menu, MenuItem } from "~/ui/menu";
import { Card } from "~/ui/page";
import { showToast } from "~/ui/toast";
import { AddAddress, RemoveAddress } from "./address-dialogs";
import { moved } from "./moved";
import { customerKeys } from "./use-change";

type Open = { kind: "add" } | { kind: "remove"; address: Address } | null;

/** Where a customer can be written to, in the order in which that is tried. */
export function Addresses({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const canWrite = useCan()("customers.write");
  const queries = useQueryClient();
  const errorText = useErrorText();
  const channelLabel = useChannelLabel();
  const shown = useShown();
  const [open, setOpen] = useState<Open>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const queryKey = customerKeys.identities(customerId);
  const found = useQuery({
    queryKey,
    queryFn: ({ signal }) => identities.list(customerId, signal),
  });
  const keep = (items: Address[]) => queries.setQueryData(queryKey, items);
  const change = useMutation({
    mutationFn: (run: () => Promise<Address[]>) => run(),
    onSuccess: keep,
    onError: (error) => showToast({ tone: "error", text: errorText(error), about: "addresses" }),
  });
  const put = (from: number, to: number) => {
    const items = moved(found.data ?? [], from, to);
    const what = items[to];
    if (!what || from === to) return;
    keep(items);
    change.mutate(() =>
      identities.order(
        customerId,
        items.map(({ id }) => id),
      ),
    );
    announce(
      t("addresses.moved", { address: shown(what), channel: channelLabel(what.channel), place: to + 1 }),
    );
  };
  return (
    <Card
      title={t("addresses.title")}
      hint={t("addresses.hint")}
      actions={
        canWrite && (
          <Button icon={Plus} onClick={() => setOpen({ kind: "add" })}>
            {t("addresses.add")}
          </Button>
        )
      }
    >
      <Loaded query={found}>
        {(items) => (
          <ol className="lines">
            {items.length === 0 && <li className="page__hint">{t("addresses.none")}</li>}
            {items.map((address, place) => (
              <AddressLine
                key={address.id}
                address={address}
                drag={
                  canWrite
                    ? {
                        draggable: true,
                        onDragStart: () => setDragged(address.id),
                        onDragEnd: () => setDragged(null),
                        onDragOver: (event) => event.preventDefault(),
                        onDrop: () =>
                          put(
                            items.findIndex(({ id }) => id === dragged),
                            place,
                          ),
                      }
                    : {}
                }
                actions={
                  canWrite && (
                    <>
                      <IconButton
                        icon={ArrowUp}
                        label={t("addresses.up", { address: shown(address) })}
                        disabled={place === 0}
                        onClick={() => put(place, place - 1)}
                      />
                      <IconButton
                        icon={ArrowDown}
                        label={t("addresses.down", { address: shown(address) })}
                        disabled={place === items.length - 1}
                        onClick={() => put(place, place + 1)}
                      />
                      <AddressMenu
                        address={address}
                        onChange={(body) =>
                          change.mutate(() => identities.change(customerId, address.id, body))
                        }
                        onRemove={() => setOpen({ kind: "remove", address })}
                      />
                    </>
                  )
                }
              />
            ))}
          </ol>
        )}
      </Loaded>
      {open?.kind === "add" && (
        <AddAddress customerId={customerId} onAdded={keep} onClose={() => setOpen(null)} />
      )}
      {open?.kind === "remove" && (
        <RemoveAddress
          customerId={customerId}
          address={open.address}
          onRemoved={() => void queries.invalidateQueries({ queryKey })}
          onClose={() => setOpen(null)}
        />
      )}
    </Card>
  );
}

/** A browser has no address that says anything; one in whose name somebody wrote is nobody's proof. */
function useShown(): (address: Address) => string {
  const { t } = useTranslation();
  return ({ channel, address }) => {
    if (channel.type === "widget") return "";
    const [, disowned] = /^unproven:(.*)$/.exec(address) ?? [];
    return disowned ? t("addresses.unproven", { address: disowned }) : address.replace(/^whatsapp:/, "");
  };
}

interface Drag {
  draggable?: boolean;
  onDragStart?: () => void;
  onDragEnd?: () => void;
  onDragOver?: (event: DragEvent) => void;
  onDrop?: () => void;
}

function AddressLine({ address, drag, actions }: { address: Address; drag: Drag; actions: ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  const channelLabel = useChannelLabel();
  const shown = useShown();
  const Icon = channelIcon(address.channel.type);
  return (
    <li className="line" {...drag}>
      <div className="line__text">
        <div className="line__name">
          <Icon size={15} aria-hidden />
          <bdi>{[channelLabel(address.channel), shown(address)].filter(Boolean).join(" · ")}</bdi>
          {address.primary && <Badge tone="accent">{t("addresses.primary")}</Badge>}
          {!address.vouched && address.channel.type !== "widget" && (
            <Badge tone="neutral">{t("addresses.unverified")}</Badge>
          )}
          {!address.reachable && <Badge tone="danger">{t("addresses.unreachable")}</Badge>}
        </div>
        <p className="line__facts">
          {address.last_in_at
            ? t("addresses.wrote", { at: format.dateTime(address.last_in_at) })
            : t("addresses.silent")}
          {address.conversation_id && (
            <>
              {" · "}
              <Link
                to="/inbox/$conversationId"
                params={{ conversationId: address.conversation_id }}
                search={{ view: "all" }}
              >
                {t("addresses.conversation")}
              </Link>
            </>
          )}
        </p>
      </div>
      {actions && <div className="line__actions">{actions}</div>}
    </li>
  );
}

interface AddressMenuProps {
  address: Address;
  onChange: (body: { primary?: true; reachable?: boolean }) => void;
  onRemove: () => void;
}

function AddressMenu({ address, onChange, onRemove }: AddressMenuProps) {
  const { t } = useTranslation();
  const shown = useShown();
  const label = t("addresses.more", { address: shown(address) });
  return (
    <Menu label={label} trigger={<IconButton icon={Ellipsis} label={label} />}>
      {!address.primary && (
        <MenuItem onSelect={() => onChange({ primary: true })}>{t("addresses.makePrimary")}</MenuItem>
      )}
      <MenuItem onSelect={() => onChange({ reachable: !address.reachable })}>
        {t(address.reachable ? "addresses.sayUnreachable" : "addresses.sayReachable")}
      </MenuItem>
      {address.channel.type !== "widget" && <MenuItem onSelect={onRemove}>{t("addresses.remove")}</MenuItem>}
    </Menu>
  );
}
