"""The folder of pictures when it cannot be written to."""

import io

from PIL import Image

from tests.web.conftest import problem


async def test_a_picture_that_the_disk_does_not_take_may_be_sent_again(site):
    body = io.BytesIO()
    Image.new("RGB", (40, 20)).save(body, "PNG")
    sent = {
        "content": body.getvalue(), "headers": {**site.auth, "content-type": "image/png"}
    }  # fmt: skip
    media = site.context.media
    media.parent.mkdir(parents=True, exist_ok=True)
    media.touch()  # where a folder is expected
    answer = await site.http.post("/api/v1/images", **sent)
    problem(answer, 503, "busy")
    assert answer.headers["retry-after"]
    media.unlink()
    assert (await site.http.post("/api/v1/images", **sent)).status_code == 201
