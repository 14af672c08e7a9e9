"""The part of the tour that goes through the market of offers and needs."""

import uuid
from typing import Any


def market(guide: Any) -> None:
    """The market, one's own posts with what fits them, and the office that looks at posts."""
    rows = guide.product.ask(
        "SELECT m.id, m.need_id FROM matching_match m JOIN matching_post p ON p.id = m.need_id"
        " WHERE p.kind = 'plant'"
    )
    match, need = (str(uuid.UUID(str(one))) for one in rows[0])
    [(waiting,)] = guide.product.ask("SELECT id FROM matching_post WHERE state = 'waiting'")
    post = str(uuid.UUID(str(waiting)))
    back = {"do": "return", "reason": "请写明材质。"}
    form = {"kind": "plant", "side": "offer"}
    guide.act("lin", "/market/searches/save/", form)
    guide.tour.add("lin", "/market/", "/market/mine/", f"/market/{need}/", f"/market/matches/{match}/")
    guide.tour.add("lin", "/market/?kind=plant&side=offer", "/market/new/plant/need/")
    guide.act("matching", f"/desk/matching/{post}/", back)
    guide.tour.add("sun", f"/market/{post}/edit/", f"/market/{post}/")
    guide.tour.add("matching", "/desk/matching/", f"/desk/matching/{post}/", "/desk/matching/figures/")
    guide.tour.add("matching-head", "/desk/matching/weights/")
