"""Ten whole lists in ten habits of writing them, each with the titles and topics that a curator would want."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

_WORDS = """
Deep Sparse Causal Neural Robust Linear Random Bayesian Online Modular Convex Latent Dual Greedy Local
forests networks bandits kernels policies embeddings graphs gradients priors tensors agents codes
Lovelace Turing Hopper Shannon Noether Ramanujan Gödel Curie Meitner Franklin
for speech|at scale|without labels|in practice|from pixels|under shift|for proteins|with feedback
"""
_LINES = _WORDS.strip().splitlines()
_FIRST, _SECOND, _NAMES, _THIRD = (line.split("|" if "|" in line else None) for line in _LINES)


@dataclass
class WrittenList:
    """A list as text; `titles` are those of its entries in order, `topics` those of its topics."""

    text: str = ""
    titles: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    _numbers: count = field(default_factory=count)

    def add(self, line: str = "") -> None:
        self.text += f"{line}\n"

    def topic(self, title: str) -> str:
        self.topics.append(title)
        return title

    def source(self) -> tuple[int, str, str]:
        """A new source: its number, title and address."""
        number = next(self._numbers)
        title = f"{_FIRST[number % 15]} {_SECOND[number // 15 % 12]} {_THIRD[number // 180 % 8]}"
        title = title if number < 1440 else f"{title} again"
        self.titles.append(title)
        return number, title, f"https://papers{number % 7}.org/p/{number}"


def weekly_table() -> WrittenList:
    made = WrittenList()
    made.add("# Seminar on learning\n\nWe meet on Tuesdays.\n\n| Week | Topic | Readings | Done |\n|--|--|--|--|")
    for week in range(1, 16):
        (_, first, one), (_, second, two) = made.source(), made.source()
        topic = made.topic(f"{_FIRST[week % 15]} learning, part {week}")
        made.add(f"| {week} | {topic} | [{first}]({one}), [{second}]({two}) | {'✅' if week < 4 else ''} |")
    return made


def roadmap_with_checkboxes() -> WrittenList:
    made = WrittenList()
    made.add("# My roadmap 2024 🚀\n\n> Tick what you have read.\n\n[Follow me](https://social.org/me)\n")
    for stage in range(8):
        made.add(f"## {'🟢🔵🟣🟠'[stage % 4]} {made.topic(f'Stage {stage}: {_SECOND[stage]}')}\n")
        made.topics[-1] = f"{'🟢🔵🟣🟠'[stage % 4]} {made.topics[-1]}"
        for number in range(10):
            _, title, url = made.source()
            box = "x" if number < 3 else " "
            made.add(
                f"- [{box}] "
                + (f"[{title}]({url})" if number % 2 else f"**{title}** ([paper]({url}), [code]({url}/code))")
            )
        made.add()
    return made


def awesome_list() -> WrittenList:
    made = WrittenList()
    made.add('<h1 align="center">\n  <img src="logo.svg" width="90"><br>\n  Awesome learning\n</h1>\n')
    made.add("[![Awesome](https://awesome.re/badge.svg)](https://awesome.re) ![CI](ci.svg)\n\n> A curated list.\n")
    made.add("## Contents\n\n- [Models](#models)\n- [Data](#data)\n")
    for group in ("Models", "Data", "Tools", "Theory"):
        made.add(f"## {group}\n")
        for part in range(5):
            made.add(f"### {made.topic(f'{group} of {_SECOND[part]}')}\n")
            for each in range(30):
                _, title, url = made.source()
                badge = f" ![Stars](https://img.org/{each}.svg)" if each % 3 else ""
                made.add(f"- [{title}]({url}){badge} - A note on it by {_NAMES[each % 10]}.")
            made.add("\n**[⬆ back to top](#contents)**\n")
    made.add("## Contributing\n\nPlease read the [guidelines](contributing.md).\n\n## License\n\nCC0")
    return made


def syllabus_with_dates() -> WrittenList:
    made = WrittenList()
    made.add("# CS 999: Reading group\n\n## Logistics\n\nRoom 12, every Thursday.\n")
    for unit in range(4):
        made.add(f"## {made.topic(f'Unit {unit + 1}: {_SECOND[unit]}')}\n")
        made.add("| Date | Presenter | Paper | Slides |\n|:--|:-:|--|--|")
        for day in range(12):
            number, title, url = made.source()
            name = _NAMES[number % 10]
            made.add(f"| Sep {day + 3}, 2024 | {name} | [{title}]({url}) ({2000 + day}) | [slides]({url}.pdf) |")
        made.add()
    return made


def papers_with_bold_numbers() -> WrittenList:
    made = WrittenList()
    made.add("# Papers reading roadmap\n\n> Start with the first.\n\n---------------------------------------\n")
    for part in range(1, 4):
        made.add(f"# {part} {_SECOND[part].capitalize()}\n")
        for section in range(1, 4):
            made.add(f"## {made.topic(f'{part}.{section} {_FIRST[section]} methods')}\n")
            for _ in range(7):
                number, title, url = made.source()
                made.add(
                    f'**[{number}]** {_NAMES[number % 10]}, A., and {_NAMES[number % 7]}, B. "**{title}**." '
                    f"arXiv preprint arXiv:1{number:03}.0{number} (2016). [[pdf]]({url}) **(A milestone)** :star:\n"
                )
    return made


def headings_as_entries() -> WrittenList:
    made = WrittenList()
    made.add("# What I read this year\n")
    for month in ("January", "February", "March", "April"):
        made.add(f"## {made.topic(month)}\n")
        for each in range(10):
            number, title, url = made.source()
            made.add(f"### [{title}]({url})\n\nBy {_NAMES[number % 10]}. It shows how things go.\n")
            made.add("- One point\n- Another point\n" if each % 2 else "> A quotation from it.\n")
    return made


def addresses_with_abstracts() -> WrittenList:
    made = WrittenList()
    for theme in range(6):
        made.add(f"# {made.topic(f'{_FIRST[theme]} {_SECOND[theme]}')}\n")
        for _ in range(8):
            number, title, url = made.source()
            made.add(
                f"## {title}\n{url}\n\nWe study {_SECOND[number % 12]} and find $x_{number} < 1$. Code is public.\n"
            )
    return made


def nested_outline() -> WrittenList:
    made = WrittenList()
    made.add("# Course outline\n")
    for module in range(5):
        made.add(f"- Module {module + 1}: {_SECOND[module]}")
        for lesson in range(4):
            made.add(f"    - {made.topic(f'Lesson {module + 1}.{lesson + 1} {_FIRST[lesson]}')}")
            for _ in range(3):
                _number, title, url = made.source()
                made.add(f"        - [{title}]({url})\n            - remark on it")
    return made


def bilingual() -> WrittenList:
    made = WrittenList()
    made.add("# 深度学习阅读清单 | Deep learning reading list\n")
    for chapter in range(5):
        made.add(f"## {made.topic(f'第{chapter + 1}章 · {_SECOND[chapter]}')}\n\n本章介绍基础。\n")
        for each in range(12):
            _, title, url = made.source()
            made.titles[-1] = title = f"{title}的研究"
            made.add(
                f"{each + 1}. [知乎] [{title}]({url})：很好的介绍"
                if each % 3 == 0
                else f"{each + 1}. {title} [[论文]({url})] [[代码]({url}/c)]"
                if each % 3 == 1
                else f"{each + 1}. **{title}**<br>[链接]({url})"
            )
        made.add()
    return made


def right_to_left() -> WrittenList:
    made = WrittenList()
    made.add('<div dir="rtl">\n\n# قائمة القراءة\n\nقائمة قصيرة للمبتدئين.\n')
    for part in range(6):
        made.add(f"## {made.topic(f'الموضوع {part + 1}')}\n")
        for each in range(5):
            _, title, url = made.source()
            made.titles[-1] = title = f"مقدمة في {title}"
            made.add(f"* [{title}]({url}) — لماذا نقرأه" if each % 2 else f"* {title}: [رابط]({url})")
        made.add()
    made.add("</div>")
    return made


def long_awesome_list() -> WrittenList:
    made = WrittenList()
    made.add("# Everything\n\nIntro.\n")
    for group in range(30):
        made.add(f"## {made.topic(f'Theme {group} {_SECOND[group % 12]}')}\n")
        for shelf in ("Papers", "Talks"):
            made.add(f"<details><summary><b>{shelf}</b></summary>\n")
            for _ in range(25):
                _number, title, url = made.source()
                made.add(f"* **{title}** {url}\n  A remark on it.")
            made.add("\n</details>\n")
    return made


LISTS: list[Callable[[], WrittenList]] = [
    weekly_table,
    roadmap_with_checkboxes,
    awesome_list,
    syllabus_with_dates,
    papers_with_bold_numbers,
    headings_as_entries,
    addresses_with_abstracts,
    nested_outline,
    bilingual,
    right_to_left,
    long_awesome_list,
]
