"""Faults to plant into a whole scenario: what is written, what is put in its place, and the finding that it gives."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """One fault at a node (None: in the head). Two faults of the same node need not be independent."""

    code: str
    node: str | None
    before: str
    after: str


MUTATIONS = (
    # The head and the declarations.
    Mutation("E005", None, "timezone: Europe/Moscow", "timezon: Europe/Moscow"),
    Mutation("E007", None, "name:  {type: string,", "name:  {type: strng,"),
    Mutation("E306", None, "score: {type: int, default: 0}", "score: {type: int, default: many}"),
    Mutation("E182", None, "match: first}", "match: first, channels: [sms]}"),
    Mutation("E126", None, "{id: word, type", "{id: first, type"),
    Mutation("W605", None, "[оператор, человек", "[oператор, человек"),
    Mutation("W606", None, "консультация, демо", "консультация, менежер"),
    # The nodes.
    Mutation("E007", "hello", '"Здравствуйте! Подберём тариф за минуту."', "12"),
    Mutation("W601", "hello", '\n          en: "Hi! We will pick a plan in a minute."', ""),
    Mutation("E120", "hello", "next: topic", "next: topik"),
    Mutation("E511", "topic", "{ru: Цены, en: Pricing}", "{ru: Цены на все тарифы сразу, en: Pricing}"),
    Mutation("E126", "topic", "{id: demo, label", "{id: price, label"),
    Mutation("E516", "topic", "{ru: Демо, en: Demo}", "{ru: Цены, en: Demo}"),
    Mutation("E135", "topic", "after: 10m", "after: 25h"),
    Mutation("E301", "ask_name", "save_to: vars.name", "save_to: vars.nam"),
    Mutation("E008", "ask_name", "timeout: 24h\n    next: ask_phone", "timeout: day\n    next: ask_phone"),
    Mutation("E210", "ask_name", 'prefill: "customer.name"', 'prefill: "customr.name"'),
    Mutation("E130", "ask_phone", "    timeout: 24h\n    next: ask_email", "    next: ask_email"),
    Mutation("E602", "ask_phone", 'en: "{{ vars.name }}, your phone number?"', 'en: "Your phone number?"'),
    Mutation("E122", "ask_email", "exits: {skip: ask_team,", "exits: {skip: ask_team, refused: parked,"),
    Mutation("E123", "ask_email", "exits: {skip: ask_team, invalid", "exits: {invalid"),
    Mutation("E302", "ask_team", "input: {kind: int, min: 1, max: 100000}", "input: {kind: email}"),
    Mutation(
        "E131",
        "ask_team",
        "exits: {invalid: scoring_unknown, timeout: parked}",
        "exits: {invalid: scoring_unknown}",
    ),
    Mutation("E302", "scoring_unknown", "assign: {vars.team: 1}", "assign: {vars.team: many}"),
    Mutation("E211", "scoring", "vars.team >= 50", "vars.taem >= 50"),
    Mutation("E203", "scoring", "? 30 : 0)", "? 30 : 0"),
    Mutation("E214", "scoring", "vars.topic == 'demo'", "vars.topic == 'dema'"),
    Mutation("E111", "push_crm", "    timeout: 10s\n", "    timeot: 10s\n"),
    Mutation("E410", "push_crm", "path: /leads", "path: https://example.com/leads"),
    Mutation("E410", "push_crm", "connection: crm", "connection: crn"),
    Mutation("E211", "crm_failed", "{{ vars.name }}", "{{ tenant.nam }}"),
    Mutation("E214", "route", "vars.score >= 50", "vars.score >= '50'"),
    Mutation("E124", "route", "    else: thanks\n", ""),
    Mutation("E123", "hours", "exits: {open: to_sales, closed: thanks}", "exits: {open: to_sales}"),
    Mutation("E130", "to_sales", "    queue_timeout: 5m\n", ""),
    Mutation(
        "E312",
        "thanks",
        '{ru: "Спасибо! Менеджер напишет в рабочее время.", en: "Thanks! A manager will write in business hours."}',
        '{ru: "Напишем на {{ vars.email }}.", en: "We will write to {{ vars.email }}."}',
    ),
    Mutation(
        "E603",
        "thanks",
        '{ru: "Спасибо! Менеджер напишет в рабочее время.", en: "Thanks! A manager will write in business hours."}',
        "{ru: \"За {{ vars.score | plural('день') }}\", en: \"{{ vars.score | plural('day', 'days') }}\"}",
    ),
    Mutation("E110", "parked", "type: tag", "type: tagg"),
    Mutation("E112", "pricing/answer", '        question: "event.text"\n', ""),
    Mutation("E007", "pricing/answer", "min_score: 0.6", "min_score: 6"),
    Mutation("E120", "pricing/sorry", "next: back", "next: bakc"),
    Mutation("E403", "pricing/sorry", "Точную цену", "4111 1111 1111 1111 цену"),
)
