"""The pages of appeals for the tour: of the firm, of an office, of the coordinator."""

import base64
import json
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.journeys.tour import Guide


def appeals(guide: "Guide") -> None:
    """The demonstration's appeals as the firm, the office and the coordinator see them, and one that waits in the pool."""
    own = guide._links("sun", "/appeals/", "/appeals/")
    guide.tour.add("sun", "/appeals/", "/appeals/new/", "/appeals/new/?category=power-supply", *own[:3])
    listed = guide._links("appeal-desk", "/desk/appeals/", "/desk/appeals/")
    guide.tour.add(
        "appeal-desk", "/desk/appeals/", "/desk/appeals/?lamp=done", *listed[:2], f"{listed[0]}seen/"
    )
    ticked = "&".join(f"appeal={one.split('/')[3]}" for one in listed[:3])
    guide.tour.add("appeal-desk", f"/desk/appeals/join/?{ticked}")
    guide.tour.add(
        "appeal-desk", "/desk/appeals/score/", "/desk/appeals/new/", "/desk/appeals/new/?category=rights"
    )
    propose = "/desk/appeals/proposals/new/?cause=policy_unclear&category=payout-question&months=3"
    proposed = guide._links("appeal-desk", "/desk/appeals/proposals/", "/desk/appeals/proposals/")
    guide.tour.add("appeal-desk", "/desk/appeals/proposals/", propose, *proposed[:2])
    asked = guide._links("appeal-industry", "/desk/appeals/proposals/", "/desk/appeals/proposals/")
    guide.tour.add("appeal-industry", *asked[:1])
    worked = guide._links("appeal-power", "/desk/appeals/", "/desk/appeals/")
    guide.tour.add("appeal-power", *worked[:1])
    # The rules that a town has of its own, beneath the city's.
    guide.tour.add("town-changan", "/desk/appeals/towns/441900119/")
    guide.tour.add("towns", "/desk/appeals/towns/", "/desk/appeals/towns/441900119/")
    attached(guide)
    questions(guide)


# One white pixel.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC"
)


def attached(guide: "Guide") -> None:
    """A picture that goes with an appeal, as the coordinator sees it."""
    sun, line = guide.person("sun"), "a-line-between-parts"
    head = f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="photo.png"\r\n\r\n'
    body = head.encode() + PNG + f"\r\n--{line}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={line}"}
    kept = json.loads(sun.request("POST", "/api/appeals/files/", body, kind).text)
    said = {
        "submission_id": str(uuid.uuid4()),
        "category": "rights",
        "title": "拖欠货款",
        "words": "见所附照片。",
        "contact": "孙经理 13800138000",
        "files": [kept["id"]],
    }
    filed = json.loads(sun.post_json("/api/appeals/", said).text)
    [file] = json.loads(sun.get(f"/api/appeals/{filed['id']}/").text)["course"][0]["files"]
    guide.tour.add("appeal-desk", f"/desk/appeals/{filed['id']}/files/{file['id']}/")


def questions(guide: "Guide") -> None:
    """The bank of key enterprises' questions: of a town, of the leader, of the enterprise."""
    held = guide._links("towns", "/desk/questions/", "/desk/questions/")
    guide.tour.add("towns", "/desk/questions/", "/desk/questions/new/", *held[:1])
    led = guide._links("leader", "/desk/questions/mine/", "/desk/questions/")
    guide.tour.add("leader", "/desk/questions/mine/", *led[:1])
    own = guide._links("sun", "/appeals/questions/", "/appeals/questions/")
    guide.tour.add("sun", "/appeals/questions/", *own[:1])
