"""Django's template library "i18n", in whose place it is loaded: `{% blocktranslate %}` isolates what is put into its
sentence where this is read in the other direction."""

from collections.abc import Callable
from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, Parser, Token, TokenType
from django.templatetags import i18n

from .direction import isolated

register = template.Library()
register.tags |= i18n.register.tags
register.filters |= i18n.register.filters


class _Isolated:
    """Stands for a variable of the sentence."""

    def __init__(self, resolve: Callable[[Context], Any]) -> None:
        self._resolve = resolve

    def resolve(self, context: Context) -> Any:
        return isolated(self._resolve(context))


class IsolatingBlockTranslateNode(i18n.BlockTranslateNode):
    def __init__(self, extra_context: dict[str, FilterExpression], singular: list, plural: list, *args, **kwargs):
        named = {token.contents for token in [*singular, *(plural or [])] if token.token_type == TokenType.VAR}
        super().__init__(
            {name: _Isolated(lambda context, name=name: context.get(name, "")) for name in named}
            | {name: _Isolated(value.resolve) for name, value in extra_context.items()},
            singular,
            plural,
            *args,
            **kwargs,
        )


@register.tag("blocktrans")
@register.tag("blocktranslate")
def blocktranslate(parser: Parser, token: Token) -> i18n.BlockTranslateNode:
    """As Django's tag of this name."""
    node = i18n.do_block_translate(parser, token)
    return IsolatingBlockTranslateNode(**vars(node))
