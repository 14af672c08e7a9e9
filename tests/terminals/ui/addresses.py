"""A small site for these tests: the user interface and a few pages with rights."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from tongban.terminals.ui import parts, rights, samples


@rights.open_to_all("a test")
def front(request):
    return HttpResponse("front")


@rights.signed_in(level=3)
def mine(request):
    return HttpResponse("mine")


@rights.staff("case.review", "case.decide")
def desk(request):
    return HttpResponse("desk")


@rights.open_to_all("a test")
def materials(request):
    """The gallery with one material; a posted file named bad.txt is refused with 422."""
    files, error, status = [], "", 200
    if request.method == "POST":
        name = request.FILES["file"].name
        error, status = ("文件打不开", 422) if name == "bad.txt" else ("", 200)
        files = [] if error else [parts.FileEntry(name)]
    one = parts.Material("layout", "布局图", "needed", files=files, error=error, upload_url="/materials/")
    context = samples.gallery() | {"materials": [one], "errors": []}
    return render(request, "ui/gallery.html", context, status=status)


urlpatterns = [
    path("materials/", materials, name="materials"),
    path("", front, name="front"),
    path("sign-in/", front, name="sign-in"),
    path("level/", front, name="level"),
    path("mine/", mine, name="mine"),
    path("desk/", desk, name="desk"),
    path("ui/", include("tongban.terminals.ui.urls")),
]
