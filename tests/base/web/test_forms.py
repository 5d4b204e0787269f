"""What every form gets without asking: its look, its words, the focus where something is wrong."""

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from pytest_django.asserts import assertHTMLEqual, assertInHTML

from readlist_site.base.web.forms import LONGEST_LINE

NUL = "Ada\x00Okafor"


class Sample(forms.Form):
    name = forms.CharField(max_length=10, help_text="What others see.")
    mail = forms.EmailField()
    secret = forms.CharField(widget=forms.PasswordInput)
    colour = forms.ChoiceField(choices=[("r", "red"), ("b", "blue")])
    text = forms.CharField(widget=forms.Textarea(attrs={"class": "input written"}), required=False)
    agreed = forms.BooleanField(label="I agree", error_messages={"required": gettext_lazy("Say yes first.")})
    pace = forms.ChoiceField(choices=[("s", "slow"), ("q", "quick")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        choices=[("a", "one"), ("b", "two")], widget=forms.CheckboxSelectMultiple, required=False
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def field(name: str, data: dict | None = None) -> str:
    form = Sample(data)
    return render_to_string("field.html", {"field": form[name]})


def test_a_box_has_its_label_class_and_hint():
    html = field("name")
    assertInHTML('<label for="id_name">Name</label>', html)
    assertInHTML(
        '<input class="input" id="id_name" name="name" type="text" maxlength="10" dir="auto" required '
        'aria-describedby="id_name_helptext">',
        html,
    )
    assertInHTML('<p class="hint" id="id_name_helptext">What others see.</p>', html)


def test_every_box_has_the_class_unless_it_says_its_own():
    for name in ("mail", "secret", "colour"):
        assert 'class="input"' in field(name)
    assert 'class="input written"' in field("text")
    for name in ("agreed", "pace", "kinds", "token"):
        assert 'class="input' not in field(name)


def test_a_tick_has_its_label_beside_it_and_a_set_has_a_legend():
    assert '<label class="tick" for="id_agreed"><input type="checkbox"' in field("agreed")
    assert "<legend>Pace</legend>" in field("pace")
    assert field("kinds").count('type="checkbox"') == 2


def test_a_hidden_field_shows_nothing_else():
    assertHTMLEqual(field("token"), '<input type="hidden" name="token" id="id_token">')


def test_an_error_is_tied_to_its_box_and_keeps_what_was_typed():
    html = field("name", {"name": "Ada Okafor the First"})
    assert 'value="Ada Okafor the First"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert "Use at most 10 characters. This has 20." in html


def test_only_the_first_wrong_field_takes_the_focus():
    html = render_to_string("form.html", {"form": Sample({"name": "Ada", "mail": "", "secret": ""})})
    assert html.count("autofocus") == 1
    assert "autofocus" in field("mail", {"name": "Ada", "mail": ""})
    assert "autofocus" not in render_to_string("form.html", {"form": Sample()})


def test_a_wrong_set_takes_the_focus_once():
    data = {"name": "Ada", "mail": "a@example.org", "secret": "s", "colour": "r", "agreed": "on", "pace": "never"}
    html = field("pace", data)
    assert html.count("autofocus") == 1
    assert "Choose one of the options." in html


def test_errors_speak_in_our_words_and_a_form_may_say_its_own():
    assert "Fill in this field." in field("mail", {"mail": ""})
    assert "Say yes first." in field("agreed", {"mail": ""})
    assert "Choose one of the options." in field("colour", {"colour": "green"})
    assert "can’t be saved" in field("name", {"name": NUL})


def test_a_form_prints_itself_as_ours():
    assert '<p class="hint" id="id_name_helptext">' in str(Sample())


def test_what_is_wrong_with_the_whole_form_stands_above_it():
    form = Sample({})
    form.add_error(None, "The doors are closed.")
    assert '<div class="notice danger" role="alert">' in str(form)


def test_of_a_line_that_nobody_typed_only_the_beginning_is_given_back_and_of_a_text_all():
    assert field("name", {"name": "x" * 2 * LONGEST_LINE}).count("x") < LONGEST_LINE + 50
    assert field("text", {"text": "x" * 2 * LONGEST_LINE}).count("x") >= 2 * LONGEST_LINE
