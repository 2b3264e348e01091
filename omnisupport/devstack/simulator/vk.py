"""A double of VK: its API for communities and its Callback API."""

from __future__ import annotations

import secrets
import time
from typing import Any, ClassVar

import orjson

from omnisupport.devstack.simulator.double import (
    Answer,
    Button,
    Called,
    Double,
    Hook,
    Line,
    Refusal,
    Shown,
    as_json,
    made_secret,
    stranger,
)

STRANGER = stranger("VK", "VK_API_URL", "https://api.vk.ru")
_NOTHING: dict[str, Any] = {
    "messages.setActivity": 1,
    "messages.markAsRead": 1,
    "messages.sendMessageEventAnswer": 1,
}


class VkDouble(Double):
    """Communities; a key tells its community. A second send with the same `random_id` is dropped."""

    types: ClassVar[tuple[str, ...]] = ("vk",)
    provider: ClassVar[str] = "vk"

    async def answer(self, called: Called) -> Answer:
        """Its methods; VK says 200 to all."""
        if called.path.startswith("/upload/"):  # a place for one file, which asks for no key
            return self._uploaded(called)
        group = _group(called.form.get("access_token", ""))
        if group is None:
            return _refusal(5, f"User authorization failed: invalid access_token. {STRANGER}")
        line = self.lines.setdefault(group, Line(group, facts={"events": {}}))
        name = called.path.removeprefix("/method/")
        if name == "messages.send":
            return self._sent(line, called)
        if name in ("photos.getMessagesUploadServer", "docs.getMessagesUploadServer"):
            place = f"{self.url}/upload/{name.partition('.')[0]}"
            return Answer(body={"response": {"upload_url": place, "group_id": int(group)}})
        if name == "photos.saveMessagesPhoto":
            return Answer(body={"response": [self._saved(line, "photo", called.form["photo"])]})
        if name == "docs.save":
            doc = self._saved(line, "doc", called.form["file"]) | {"title": called.form.get("title", "")}
            return Answer(body={"response": {"type": "doc", "doc": doc}})
        if name in _NOTHING:
            return Answer(body={"response": _NOTHING[name]})
        return await self._of_group(line, name, called.form)

    def is_send(self, called: Called) -> bool:
        """A message."""
        return called.path == "/method/messages.send"

    def refuse(self, how: Refusal) -> Answer:
        """By the codes of the API."""
        if how == "busy":
            return _refusal(6, "Too many requests per second")
        return _refusal(901, "Can't send messages for users without permission")

    def new_account(self, type: str) -> dict[str, Any]:
        """A community."""
        group = str(200_000_000 + secrets.randbelow(10**7))
        return {"group_id": group, "token": f"vk1.simulated.{group}.{secrets.token_hex(16)}"}

    def chat_of(self, account: str, person: str) -> str:
        """His id: numbers above two milliards are chats of many."""
        return person[-9:].lstrip("0")

    def said(self, line: Line, message: Shown, person: str) -> Hook:
        """A new message."""
        return self._new(line, message, {"attachments": [self._attached(each) for each in message.files]})

    def pressed(self, line: Line, message: Shown, under: Shown, button: Button, person: str) -> Hook:
        """Its label as a message, with its payload."""
        return self._new(line, message, {"payload": button.data, "attachments": []})

    def _new(self, line: Line, message: Shown, more: dict[str, Any]) -> Hook:
        number, peer = self.number(), int(message.chat)
        told: dict[str, Any] = {
            "id": number,
            "conversation_message_id": number,
            "date": int(time.time()),
            "out": 0,
        }
        told |= {"peer_id": peer, "from_id": peer, "text": message.text, "version": 1, **more}
        return self._notify(line, "message_new", {"message": told, "client_info": {"lang_id": 0}})

    def _notify(self, line: Line, type: str, about: Any) -> Hook:
        told = {"type": type, "group_id": int(line.account), "v": "5.199", "event_id": secrets.token_hex(20)}
        body = as_json(told | {"secret": line.secret, "object": about})
        return Hook(line.hook, body, {"content-type": "application/json"})

    def _attached(self, id: str) -> dict[str, Any]:
        name, _, content = self.files[id]
        file = {"id": 1, "owner_id": 1, "title": name, "size": len(content), "ext": name.rpartition(".")[2]}
        return {"type": "doc", "doc": file | {"url": f"{self.url}/files/{id}", "type": 1}}

    def _uploaded(self, called: Called) -> Answer:
        field = "photo" if called.path.endswith("/photos") else "file"
        if field not in called.files:
            return Answer(body={"error": "No file"})
        return Answer(body={"server": 1, "hash": "h", field: self.keep_upload(called.files[field])})

    def _saved(self, line: Line, kind: str, id: str) -> dict[str, Any]:
        made = {"id": self.number(), "owner_id": -int(line.account)}
        line.facts.setdefault("saved", {})[f"{kind}{made['owner_id']}_{made['id']}"] = id
        return made

    def _sent(self, line: Line, called: Called) -> Answer:
        form = called.form
        peer, key = form["peer_ids"], f"{line.account}:{form['peer_ids']}:{form['random_id']}"
        before = next((each for each in self.shown if each.key == key and form["random_id"] != "0"), None)
        number = int(before.id.partition(":")[2]) if before else self.number()
        if before is None:
            shown = Shown(f"{peer}:{number}", line.account, peer, form.get("message", ""), key=key)
            attached = form.get("attachment", "").split(",")
            shown.files = tuple(line.facts.get("saved", {}).get(each, each) for each in attached if each)
            shown.buttons, shown.raw = _buttons(form), {**form, "access_token": "…"}
            self.show(shown)
        made = {"peer_id": int(peer), "message_id": number, "conversation_message_id": number}
        return Answer(body={"response": [made]})

    async def _of_group(self, line: Line, name: str, form: Any) -> Answer:
        """What a community can be asked, and told to do."""
        facts = line.facts
        match name:
            case "groups.getById":
                told: Any = {"groups": [{"id": int(line.account), "name": "Simulated"}]}
            case "groups.getCallbackConfirmationCode":
                told = {"code": _code(line)}
            case "groups.getCallbackServers":
                told = {"count": len(line.hook[:1]), "items": [_server(line)] if line.hook else []}
            case "groups.addCallbackServer" | "groups.editCallbackServer":
                line.hook, line.secret = form["url"], form.get("secret_key", "")
                question = {"type": "confirmation", "group_id": int(line.account)}
                heard = await self.call(
                    Hook(line.hook, as_json(question), {"content-type": "application/json"})
                )
                facts["status"] = "ok" if heard.body == _code(line) else "failed"
                told = {"server_id": 1} if name == "groups.addCallbackServer" else 1
            case "groups.deleteCallbackServer":
                line.hook, told = "", 1
            case "groups.getCallbackSettings":
                told = {"api_version": facts.get("version", "5.131"), "events": facts["events"]}
            case "groups.setCallbackSettings":
                events = {key: int(value) for key, value in form.items() if key.startswith("message_")}
                facts["events"], facts["version"], told = events, form["api_version"], 1
            case "messages.getConversations":
                told = {"count": 0, "items": []}
            case _:
                return _refusal(3, "Unknown method passed")
        return Answer(body={"response": told})


def _group(token: str) -> str | None:
    parts = token.split(".")
    return parts[2] if parts[:2] == ["vk1", "simulated"] and len(parts) == 4 else None


def _code(line: Line) -> str:
    return made_secret(line.account)[:8]


def _server(line: Line) -> dict[str, Any]:
    facts = {"id": 1, "title": "OmniSupport", "creator_id": 1, "url": line.hook, "secret_key": line.secret}
    return facts | {"status": line.facts.get("status", "unconfigured")}


def _buttons(form: Any) -> tuple[Button, ...]:
    rows = orjson.loads(form.get("keyboard") or "{}").get("buttons", [])
    actions = [key["action"] for row in rows for key in row]
    return tuple(Button(each["label"], each.get("payload", ""), each.get("link", "")) for each in actions)


def _refusal(code: int, words: str) -> Answer:
    return Answer(body={"error": {"error_code": code, "error_msg": words, "request_params": []}})
