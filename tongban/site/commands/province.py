"""`tongban province`: a provincial platform to exchange with, as a process of its own; and the switch of one that runs."""

import argparse
import json
import os
import signal
import sys
import threading
import urllib.request

PORT = 8100


def arguments(name: str, parser: argparse.ArgumentParser) -> None:
    """Serve, or tell the one that serves what to do."""
    parser.add_argument("what", nargs="?", choices=["serve", "mood", "say", "state"], default="serve")
    parser.add_argument("words", nargs="*", help="mood: well, down, slow, twice, lost; say: kind and JSON")
    parser.add_argument("--port", type=int, default=PORT, help=f"where it listens on this machine ({PORT})")
    parser.add_argument(
        "--city", default="", help="address of the city's exchange; by default the city of this folder"
    )


def run(options: argparse.Namespace) -> int:
    """Serve until a signal ends it, or carry one word to the switch and print how things stand."""
    if options.what == "serve":
        return _serve(options)
    word: dict[str, object] = {}
    if options.what == "mood" and options.words:
        word = {"mood": options.words[0]}
    elif options.what == "say" and len(options.words) == 2:
        word = {"say": options.words[0], "payload": json.loads(options.words[1])}
    elif options.what != "state":
        print("mood MOOD | say KIND JSON", file=sys.stderr)
        return 2
    request = urllib.request.Request(
        f"http://127.0.0.1:{options.port}/control/", json.dumps(word).encode(), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  # the address is written above
            print(json.dumps(json.loads(answer.read()), ensure_ascii=False, indent=1))
    except OSError as error:
        print(f"省平台没有应答 / the provincial platform does not answer: {error}", file=sys.stderr)
        return 1
    return 0


def _serve(options: argparse.Namespace) -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.site.province"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from tongban.foundation.packs import PackProblem
    from tongban.kernel.events import tasks
    from tongban.kernel.exchange.forms import read_peers
    from tongban.site import environment, platform

    call_command("migrate", verbosity=0)
    peers, faults = read_peers(environment.pack_folder())
    if faults:
        raise PackProblem(faults)
    if not peers:
        print("城市包没有交换对端 / the pack names no peers", file=sys.stderr)
        return 1
    host, port = environment.value("TONGBAN_HOST"), environment.whole("TONGBAN_PORT")
    platform.introduce(
        peers=peers,
        city_url=options.city or f"http://{host}:{port}{platform.ADDRESS}",
        own_url=f"http://127.0.0.1:{options.port}{platform.ADDRESS}",
        city_var=settings.CITY_VAR,
    )
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    server = threading.Thread(target=platform.serve, args=(options.port, stop), daemon=True)
    server.start()
    print(f"{peers[0]['name']['zh']}: http://127.0.0.1:{options.port}{platform.ADDRESS}", flush=True)
    tasks.work(stop)
    server.join()
    return 0
