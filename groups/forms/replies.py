"""What an author answers to the comments on a summary, and why it changed: goes out with the next revision."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django import forms

from groups.models import Group, Reply, Round
from groups.own import unanswered
from groups.passages import Said, Text
from readlist_site.web.short_text import ShortTextField

from .post import Written

CHOICES = [(Reply.Word.ADDRESSED, "Addressed"), (Reply.Word.DISAGREE, "Disagree"), (Reply.Word.LATER, "Later")]


@dataclass(frozen=True)
class Row:
    """Something that was said until a round, with the fields to answer it by; without them where it is a word and no
    comment."""

    said: Said
    round: Round
    word: forms.BoundField | None
    reply: forms.BoundField | None


class RepliesForm(forms.Form):
    """Takes all that was typed to the comments of all the author's groups. `submitting_to` names the group that gets
    its answers now: only those are held to the rules, and only those are `replies`."""

    why = ShortTextField(
        label="Why it changed",
        required=False,
        max_length=Round._meta.get_field("why").max_length,
        help_text="One line for those who know what it was.",
    )

    def __init__(
        self,
        rounds: Iterable[Round],
        prompts: Iterable[int],
        data: Mapping | None = None,
        *,
        submitting_to: Group | None = None,
        **kwargs,
    ) -> None:
        """`rounds` are the author's `open_rounds`; `prompts` those that have a box of their own on the page."""
        super().__init__(data, **kwargs)
        self.rounds, self.prompts, self.submitting_to = list(rounds), set(prompts), submitting_to
        self.texts = unanswered(self.rounds)
        self.replies: list[Reply] = []
        # With a maxlength the browser would cut what is pasted without a word.
        self.fields["why"].widget.attrs.pop("maxlength", None)
        for said in _comments(self.texts):
            self.fields[f"word_{said.key}"] = forms.ChoiceField(
                label="Your answer", required=False, choices=CHOICES, widget=forms.RadioSelect
            )
            self.fields[f"reply_{said.key}"] = Written(
                label="What you say to it",
                required=False,
                widget=forms.Textarea({"rows": 1, "placeholder": "What you say to it"}),
            )
        # As they stand on the page: the first wrong one takes the focus.
        self.order_fields([*(name for name in self.fields if name != "why"), "why"])

    def clean(self) -> None:
        """Hold what goes out to its rules; what is for other groups may wait unfinished."""
        going_out = _comments(text for text in self.texts if text.round.submission.group == self.submitting_to)
        held = {name for said in going_out for name in _names(said)} | ({"why"} if self.submitting_to else set())
        for name in self.fields.keys() - held:
            self.errors.pop(name, None)
        for said in going_out:
            self._take(said)

    def _take(self, said: Said) -> None:
        word, text = _names(said)
        if word in self.errors or text in self.errors:
            return
        chosen, written = self.cleaned_data[word], self.cleaned_data[text]
        if written and not chosen:
            self.add_error(word, "Say which it is: addressed, disagree or later.")
        elif chosen == Reply.Word.DISAGREE and not written:
            self.add_error(text, "Say why you disagree.")
        elif chosen:
            on = {"verdict": said.verdict} if said.verdict else {"review": said.review}
            reply = Reply(word=chosen, **on)
            if not reply.write(written):
                self.add_error(text, "A formula took too long to read. Submit again, or write it more simply.")
            self.replies.append(reply)

    def about(self, prompt: int) -> list[Row]:
        """What was said of the answer to a prompt, in all groups."""
        return [self._row(said, text) for text in self.texts for said in _of_answers(text, {prompt})]

    @property
    def wholes(self) -> list[tuple[Text, list[Row]]]:
        """Of each text what was said of the whole, and of answers to what is no longer asked."""
        return [
            (text, [self._row(said, text) for said in (*text.reviews, *_of_answers(text, _asked(text) - self.prompts))])
            for text in self.texts
        ]

    @property
    def asked(self) -> int:
        """How many comments there are to answer."""
        return len(_comments(self.texts))

    @property
    def answered(self) -> int:
        """How many of them have an answer."""
        return sum(bool(self[f"word_{said.key}"].value()) for said in _comments(self.texts))

    def left_behind(self) -> dict[str, str]:
        """What was typed to other groups than the one that it was submitted to, by field."""
        others = _comments(text for text in self.texts if text.round.submission.group != self.submitting_to)
        typed = {name: self.data.get(name, "").replace("\0", "") for said in others for name in _names(said)}
        return {name: text for name, text in typed.items() if text}

    def _row(self, said: Said, text: Text) -> Row:
        fields = [self[name] for name in _names(said)] if said.comment else (None, None)
        return Row(said, text.round, *fields)


def _comments(texts: Iterable[Text]) -> list[Said]:
    """All that was said in words, of the whole first."""
    return [said for text in texts for said in sorted(text.comments, key=lambda said: said.verdict is not None)]


def _of_answers(text: Text, prompts: set[int]) -> list[Said]:
    return [said for passage in text.passages if passage.answer.prompt_id in prompts for said in passage.said]


def _asked(text: Text) -> set[int]:
    return {passage.answer.prompt_id for passage in text.passages}


def _names(said: Said) -> tuple[str, str]:
    """Of the two fields by which it is answered."""
    return f"word_{said.key}", f"reply_{said.key}"
