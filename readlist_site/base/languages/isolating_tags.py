"""Django's template library "i18n", in whose place it is loaded: `{% blocktranslate %}` isolates what is put into its
sentence where this is read in the other direction, and doubles no quotation marks around it.

Both tags look a sentence up once a language: a page has hundreds, and each that English has no other words for is
searched in the catalogues of all apps."""

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Parser, Token, TokenType, render_value_in_context
from django.templatetags import i18n
from django.utils.translation import get_language, gettext, ngettext, npgettext, pgettext

from .direction import isolated
from .quoting import in_quotation_marks

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters

# Of a sentence with a number, the forms for numbers up to this are kept.
MOST_KEPT = 100

# A placeholder between quotation marks.
_QUOTED = re.compile(r"“(?:<\w+>)?%\((\w+)\)s(?:</\w+>)?”")


class _Isolated:
    """Stands for a variable of the sentence, which may quote it."""

    def __init__(self, resolve: Callable[[Context], Any], *, is_quoted: bool) -> None:
        self._resolve, self._is_quoted = resolve, is_quoted

    def resolve(self, context: Context) -> Any:
        value = self._resolve(context)
        return isolated(in_quotation_marks(value) if self._is_quoted else value)


def _quoted_in(tokens: Iterable[Token]) -> set[str]:
    """Return the names of the variables that a sentence has between quotation marks."""
    is_variable = TokenType.VAR
    text = "".join(f"%({each.contents})s" if each.token_type == is_variable else each.contents for each in tokens)
    return set(_QUOTED.findall(text))


class IsolatingBlockTranslateNode(i18n.BlockTranslateNode):
    def __init__(self, extra_context: dict[str, FilterExpression], singular: list, plural: list, *args, **kwargs):
        self.named = {token.contents for token in [*singular, *(plural or [])] if token.token_type == TokenType.VAR}
        quoted = _quoted_in(singular) | _quoted_in(plural or [])
        resolved = {name: lambda context, name=name: context.get(name, "") for name in self.named}
        resolved |= {name: value.resolve for name, value in extra_context.items()}
        super().__init__(
            {name: _Isolated(resolve, is_quoted=name in quoted) for name, resolve in resolved.items()},
            singular,
            plural,
            *args,
            **kwargs,
        )
        self.messages = [self.render_token_list(tokens)[0] for tokens in (singular, plural) if tokens]
        self.kept: dict[tuple, str] = {}

    def render(self, context: Context, nested: bool = False) -> str:
        """As Django does, but for the sentences that are kept. Leaves to it what goes wrong."""
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        number = None
        if self.plural and self.countervar and self.counter:
            number = values[self.countervar] = self.counter.resolve(context)
        if nested or not isinstance(number, Decimal | float | int | None):
            return super().render(context, nested)
        try:
            said = self._sentence(context, number) % {
                name: render_value_in_context(values[name], context) for name in self.named
            }
        except (KeyError, ValueError):
            return super().render(context)
        if not self.asvar:
            return said
        context[self.asvar] = i18n.SafeString(said)
        return ""

    def _sentence(self, context: Context, number: Decimal | float | int | None) -> str:
        """Return the sentence in the active language, with placeholders."""
        about = self.message_context.resolve(context) if self.message_context else None
        key = (get_language(), about, number)
        if (found := self.kept.get(key)) is not None:
            return found
        if number is None:
            said = pgettext(about, *self.messages) if about else gettext(*self.messages)
        else:
            said = npgettext(about, *self.messages, number) if about else ngettext(*self.messages, number)
        if number is None or number in range(MOST_KEPT):
            self.kept[key] = said
        return said


@register.tag("blocktrans")
@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> i18n.BlockTranslateNode:
    """As Django's tag of this name."""
    node = i18n.do_block_translate(parser, token)
    return IsolatingBlockTranslateNode(**vars(node))


class KeptTranslateNode(i18n.TranslateNode):
    """`{% translate "a text" %}`, whose context, if it has one, is a text, too."""

    is_the_same = True  # wherever it stands: see base/web/template_engine.py

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kept: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = get_language()
        said = self.kept.get(language)
        if said is None:
            said = self.kept[language] = super().render(context)
        return said


@register.tag("trans")
@register.tag("translate")
def translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """As Django's tag of this name."""
    node = i18n.do_translate(parser, token)
    always_the_same = not node.asvar and all(
        _is_text(each) for each in (node.filter_expression, node.message_context) if each
    )
    return KeptTranslateNode(**vars(node)) if always_the_same else node


def _is_text(expression: FilterExpression) -> bool:
    """Return whether it is a text in quotes."""
    return not expression.filters and getattr(expression.var, "literal", expression.var) is not None
