"""The five of the demo group."""

from .shapes import Person

PEOPLE = (
    Person("ada", "Ada Okafor", "Europe/London", role="owner", joined="44 18:30"),
    Person("jonas", "Jonas Lind", "Europe/Berlin", role="moderator", joined="44 19:05"),
    Person("meiling", "Mei-Ling Chen", "Asia/Singapore", joined="43 08:15"),
    Person("priya", "Priya Raman", "Europe/Berlin", joined="43 17:40"),
    Person("tomas", "Tomás Herrera", "Europe/Madrid", joined="42 21:20"),
)
