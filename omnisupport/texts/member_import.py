"""Why a row of a table of members was refused, in every language of the product."""

from __future__ import annotations

from collections.abc import Mapping

from omnisupport.texts import DEFAULT_LOCALE

REASONS: Mapping[str, Mapping[str, str]] = {
    "cells_too_many": {
        "ru": "В строке больше ячеек, чем в заголовке.",
        "en": "The row has more cells than the header.",
    },
    "email_invalid": {"ru": "Это не адрес почты.", "en": "This is not an e-mail address."},
    "email_twice": {"ru": "Этот адрес уже был выше.", "en": "This address stands further up already."},
    "name_invalid": {
        "ru": "Имя до 80 знаков, без невидимых символов.",
        "en": "A name has at most 80 characters, none of them unseen.",
    },
    "role_not_found": {"ru": "Такой роли нет.", "en": "There is no such role."},
    "role_exceeds_yours": {
        "ru": "Эта роль может больше, чем ваша.",
        "en": "This role may more than yours.",
    },
    "department_not_found": {"ru": "Такого отдела нет.", "en": "There is no such department."},
    "departments_exceed_yours": {
        "ru": "Вы можете назначать только свои отделы.",
        "en": "You can give your own departments only.",
    },
    "skill_not_found": {"ru": "Такого навыка нет.", "en": "There is no such skill."},
    "level_invalid": {
        "ru": "Навык с уровнем пишется так: english:4, уровень от 1 до 5.",
        "en": "A skill is written with its level, from 1 to 5: english:4.",
    },
    "already_member": {"ru": "Уже в команде.", "en": "Is a member already."},
    "invitation_exists": {"ru": "Приглашение уже отправлено.", "en": "Has an open invitation already."},
    "too_many_invitations": {
        "ru": "Слишком много открытых приглашений.",
        "en": "There are too many open invitations.",
    },
    "mail_unavailable": {
        "ru": "Письмо сейчас не отправить. Повторите позже.",
        "en": "The mail cannot be taken now. Try again later.",
    },
    "mail_not_configured": {
        "ru": "Отправка почты не настроена.",
        "en": "This deployment sends no mail.",
    },
}


def reason(code: str, locale: str) -> str:
    """The sentence of a code; the code itself where there is none."""
    words = REASONS.get(code, {})
    return words.get(locale) or words.get(DEFAULT_LOCALE) or code
