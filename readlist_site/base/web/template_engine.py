"""Django's templates, with short cuts for what ours do thousands of times a page: look up a name and its attributes,
show a text, join the nodes of a list, include another template; and for what they do anew at each page: look for the
blocks of the template that they extend.

Django asks at each of them whether the value is lazy, has to be localised or called, or is missing. A short cut answers
the plain case and leaves every other one to Django's own function, which it replaces, so that a template shows the same
with and without it. Together they take a fifth off most pages."""

from collections.abc import Container
from html import escape
from typing import Any

from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Template,
    TextNode,
    Variable,
    VariableDoesNotExist,
    VariableNode,
    render_value_in_context,
)
from django.template.context import BaseContext
from django.template.defaulttags import CommentNode, LoadNode
from django.template.loader_tags import BlockNode, IncludeNode, construct_relative_path
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_look_up, _resolve = Variable._resolve_lookup, FilterExpression.resolve
_show, _join, _include = VariableNode.render, NodeList.render, IncludeNode.render
_nodes_by_type = NodeList.get_nodes_by_type


class Templates(DjangoTemplates):
    """The template backend of the settings."""

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        Variable._resolve_lookup, FilterExpression.resolve, VariableNode.render = look_up, resolve, show
        # Where errors are shown, Django's own says in which node of which template they were raised.
        if not self.engine.debug:
            NodeList.render, IncludeNode.render = join, include
            NodeList.get_nodes_by_type = nodes_by_type


def look_up(variable: Variable, context: BaseContext) -> Any:
    """Return the value of `name.attribute.attribute`. What can't be found plainly is looked up anew by Django, which
    knows what a mistake means."""
    name, *attributes = variable.lookups
    try:
        for values in reversed(context.dicts):
            if name in values:
                found = values[name]
                break
        else:
            return _look_up(variable, context)
        if callable(found):
            found = _called(found)
        for attribute in attributes:
            if found is None:
                break
            kind = type(found)
            if kind is dict:
                found = found[attribute]
            elif hasattr(kind, "__getitem__"):  # Django asks it for an item first
                return _look_up(variable, context)
            else:
                found = getattr(found, attribute)
            if callable(found):
                found = _called(found)
        else:
            return found
    except Exception:
        return _look_up(variable, context)
    raise VariableDoesNotExist("Failed lookup for key [%s] in %r", (attribute, None))


def _called(found: Any) -> Any:
    """Return what a callable returns, or itself if templates don't call it. Raises TypeError for what they must not
    call."""
    if getattr(found, "do_not_call_in_templates", False):
        return found
    if getattr(found, "alters_data", False):
        raise TypeError
    return found()


def resolve(expression: FilterExpression, context: BaseContext, ignore_failures: bool = False) -> Any:
    """Return the value of a variable without filters, that is there, or of a text."""
    if expression.filters:
        return _resolve(expression, context, ignore_failures)
    variable = expression.var
    if not expression.is_var:
        return variable
    if variable.lookups is not None and not variable.translate:
        try:
            return look_up(variable, context)
        except VariableDoesNotExist:
            if ignore_failures:
                return None
    return _resolve(expression, context, ignore_failures)


def include(node: IncludeNode, context: BaseContext) -> str:
    """Return what a template shows that is named by a text. It is found once a process: the cache of Django's loaders
    keeps it as long."""
    template, texts = node.__dict__.get("included") or _included(node, context)
    if template is None:
        return _include(node, context)
    if texts is not None:
        language = get_language()
        if (text := texts.get(language)) is None:
            text = texts[language] = _include(node, context)
        return text
    values = {name: value.resolve(context) for name, value in node.extra_context.items()}
    if node.isolated_context:
        return template.render(context.new(values))
    with context.push(**values):
        return template.render(context)


def _included(node: IncludeNode, context: BaseContext) -> tuple[Template | None, dict[str | None, str] | None]:
    """Return the template of a node, None if a variable names it, and what it shows by language if it always shows the
    same, as an icon does."""
    name = node.template
    template = None
    if not name.is_var and not name.filters and isinstance(name.var, str):
        engine = context.template.engine
        template = engine.select_template((construct_relative_path(node.origin.template_name, name.var),))
    values = node.extra_context.values()
    is_the_same = template is not None and all(not each.is_var and not each.filters for each in values)
    is_the_same = is_the_same and all(_is_the_same(each, node.extra_context) for each in template.nodelist)
    node.included = template, {} if is_the_same else None
    return node.included


def _is_the_same(node: Node, names: Container[str]) -> bool:
    """Return whether a node shows the same wherever these names have the same values."""
    if isinstance(node, VariableNode):
        expression = node.filter_expression
        lookups = getattr(expression.var, "lookups", None)
        return not expression.filters and bool(lookups) and len(lookups) == 1 and lookups[0] in names
    return isinstance(node, TextNode | LoadNode | CommentNode) or getattr(node, "is_the_same", False)


def show(node: VariableNode, context: BaseContext) -> str:
    """Return a text, escaped, or a number."""
    value = node.filter_expression.resolve(context)
    kind = type(value)
    if kind is SafeString:
        return value
    if kind is str and context.autoescape:
        return SafeString(escape(value))
    if kind is int and not settings.USE_THOUSAND_SEPARATOR:
        return str(value)
    return render_value_in_context(value, context)


def join(nodes: NodeList, context: BaseContext) -> SafeString:
    return SafeString("".join([node.render(context) for node in nodes]))


def nodes_by_type(nodes: NodeList, kind: type[Node]) -> list[Node]:
    """Return all nodes of a type in this list, and in those below it. Blocks are looked for once: each page asks anew
    for those of the template that all pages extend."""
    if kind is not BlockNode:
        return _nodes_by_type(nodes, kind)
    if (found := vars(nodes).get("blocks")) is None:
        found = nodes.blocks = _nodes_by_type(nodes, kind)
    return found
