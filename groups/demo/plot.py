"""The plot that a post of the demo group shows."""

import hashlib
from datetime import datetime
from io import BytesIO

from PIL import Image as Picture
from PIL import ImageDraw, ImageFont

from readlist_site.base.accounts.models import User
from readlist_site.base.images.image import Image
from readlist_site.base.images.reencode import NewImage

SIZE = WIDTH, HEIGHT = 960, 540
# Win rates in percent, by β.
MEASURED = {"0.01": 60.8, "0.03": 62.1, "0.1": 62.7, "0.3": 61.9, "0.5": 61.2}
LOWEST, HIGHEST = 60, 64
PAPER, INK, GRID, LINE = "#ffffff", "#333333", "#dddddd", "#2f6690"
_MARGIN = 90


def store_plot(uploader: User, now: datetime) -> Image:
    """Draw win rates over β, and store the image."""
    picture = Picture.new("RGB", SIZE, PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(22)
    for rate in range(LOWEST, HIGHEST + 1):
        draw.line([(_MARGIN, _height(rate)), (WIDTH - _MARGIN, _height(rate))], fill=GRID, width=2)
        draw.text((_MARGIN - 45, _height(rate) - 13), str(rate), fill=INK, font=font)
    step = (WIDTH - 2 * _MARGIN) / (len(MEASURED) - 1)
    points = [(_MARGIN + place * step, _height(rate)) for place, rate in enumerate(MEASURED.values())]
    draw.line(points, fill=LINE, width=5, joint="curve")
    for (x, y), beta in zip(points, MEASURED, strict=True):
        draw.ellipse([(x - 8, y - 8), (x + 8, y + 8)], fill=LINE)
        draw.text((x - 20, HEIGHT - _MARGIN + 20), beta, fill=INK, font=font)
    draw.text((_MARGIN, 30), "win rate in %, by beta", fill=INK, font=font)
    file = BytesIO()
    picture.save(file, "PNG")
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    return Image.objects.store(uploader, digest, NewImage("png", WIDTH, HEIGHT, file.getvalue()), now)


def _height(rate: float) -> float:
    return HEIGHT - _MARGIN - (rate - LOWEST) / (HIGHEST - LOWEST) * (HEIGHT - 2 * _MARGIN)
