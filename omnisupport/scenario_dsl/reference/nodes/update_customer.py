"""The words of the node `update_customer`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Изменить клиента", "Update the customer"),
    about=Both(
        "Записывает в карточку клиента имя, почту, телефон, поля и согласия.",
        "Writes name, e-mail, phone, fields and consents to the customer's card.",
    ),
    example="""\
variables:
  phone: {type: phone, region: RU, default: "+79161234567"}
nodes:
  save:
    type: update_customer
    set: {phone: =vars.phone}
    next: done
  done: {type: end, outcome: saved}
""",
    fields={
        "set": Both("что записать", "what is written"),
        "set.name": Both("имя", "the name"),
        "set.email": Both("почта", "the e-mail address"),
        "set.phone": Both("телефон", "the phone number"),
        "set.locale": Both("язык", "the language"),
        "set.timezone": Both("часовой пояс", "the time zone"),
        "set.fields": Both("поля карточки", "fields of the card"),
        "consent": Both("согласия", "consents"),
        "consent.grant": Both("какие дал", "which were given"),
        "consent.revoke": Both("какие отозвал", "which were taken back"),
        "merge_by": Both(
            "объединить с карточкой с тем же телефоном или почтой",
            "join with the card that has the same phone or e-mail",
        ),
    },
)
