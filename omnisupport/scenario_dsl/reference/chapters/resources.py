"""What a scenario names of the company's settings."""

from __future__ import annotations

from omnisupport.scenario_dsl.heads import RESOURCE_KINDS
from omnisupport.scenario_dsl.reference import head
from omnisupport.scenario_dsl.reference.chapters.parts import Chapter, Example, Heading, Rows
from omnisupport.scenario_dsl.words import Both

CHAPTER = Chapter(
    "resources",
    Both("Ресурсы", "Resources"),
    (
        Both(
            "Сценарий называет отделы, календари, подключения и базы знаний именами из настроек. Адреса, ключи и "
            "пароли в сценарии не пишут: они лежат в подключениях, и права на них отдельные. Имя, которого в "
            "настройках нет, — ошибка E701 при публикации.",
            "A scenario names departments, calendars, connections and knowledge bases as the settings call them. "
            "Addresses, keys and passwords do not stand in it: connections have them, under permissions of their own. "
            "A name that the settings do not have is the error E701 when it is published.",
        ),
        Rows(
            (Both("в resources", "in resources"), Both("что это", "what it is")),
            tuple((f"`{name}`", head.RESOURCES[name]) for name in (*RESOURCE_KINDS, "intents")),
        ),
        Both(
            "Объявлять их не обязательно. `ref` даёт имени из сценария другое имя из настроек: так документ переносят "
            "между компаниями.",
            "They need not be declared. `ref` gives a name of the scenario another name of the settings: so a document "
            "moves between companies.",
        ),
        Example(
            """\
resources:
  connections: {shop: {ref: conn/shop-api}}
  calendars: {support: {ref: cal/main}}
nodes:
  open_now:
    type: business_hours
    calendar: support
    exits: {open: people, closed: later}
  later:
    type: message
    text: {ru: Ответим утром., en: We will answer in the morning.}
    next: done
  done: {type: end, outcome: closed}
"""
        ),
        Heading(Both("Операции подключений", "Operations of connections")),
        Both(
            "Операция — это один GET подключения, которым ассистент может что-то прочитать: путь вида "
            "`/orders/{number}` и параметры в пути или в запросе. Их записывают в `operations` подключения "
            "(`/api/v1/settings/connections`), а узел `ai_reply` называет в `tools` как `shop.get_order`. Значение "
            "параметра говорит модель (`source: model`) или сервер: `customer.id`, `customer.external_id`, "
            "`customer.email`, `customer.phone`. Всё, кроме `customer.id`, сервер сообщает только о клиенте, личность "
            "которого подтверждена подписью; иначе вызов отклоняется. Параметр от модели может назвать чужой заказ: "
            "личное привязывайте к клиенту.",
            "An operation is one GET of a connection by which an assistant may read something: a path such as "
            "`/orders/{number}`, and parameters in the path or the query. They are written into `operations` of the "
            "connection (`/api/v1/settings/connections`), and the node `ai_reply` names them in `tools` as "
            "`shop.get_order`. A parameter's value is said by the model (`source: model`) or by the server: "
            "`customer.id`, `customer.external_id`, `customer.email`, `customer.phone`. All but `customer.id` the "
            "server tells only of a customer whose identity is verified by a signature; else the call is refused. A "
            "parameter of the model may name another person's order: bind what is personal to the customer.",
        ),
        Heading(Both("Намерения", "Intents")),
        Both(
            "Намерение — это примеры фраз; больше ничего не нужно. Десяти разных фраз на каждом языке хватает.",
            "An intent is examples of what people say; nothing else is needed. Ten different phrases in each language "
            "are enough.",
        ),
        Example(
            """\
resources:
  intents:
    order_status:
      description: где заказ и когда его привезут
      examples:
        ru: [где мой заказ, когда привезут заказ, что с моей посылкой]
        en: [where is my order, when will it arrive]
triggers:
  - {id: asks, type: intent, intent: order_status, min_confidence: 0.7}
"""
        ),
    ),
)
