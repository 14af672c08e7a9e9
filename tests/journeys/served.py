"""Pages of projects and of dedicated service, on what the demonstration has."""

import re
from typing import Any

_ISSUE = r'href="(/desk/projects/[0-9a-f-]{36}/issues/[0-9a-f-]{36}/appeal/)"'


def served(guide: Any) -> None:
    """As officers of the city and of a town see them, and as the enterprise does."""
    projects, tour = "/desk/projects/", guide.tour
    own = guide._links("project", projects, projects)
    code = guide.product.ask("SELECT uscc FROM parties_organisation WHERE name LIKE '%台信%'")[0][0]
    tour.add("project", projects, f"{projects}?light=yellow&kind=new", f"{projects}new/", *own[:1])
    tour.add("project", f"{projects}?light=check", f"{projects}matters/", f"{projects}matters/?light=red")
    tour.add(
        "project", f"{projects}new/?uscc={code}&kind=expansion", f"{projects}new/?uscc={code}&diagnose=yes"
    )
    # A department whose right names it: its own part and no more.
    part = guide._links("project-partner", projects, projects)
    tour.add("project-partner", f"{projects}matters/", *part[:1])
    tour.add("appeal-power", f"{projects}matters/")
    service = "/desk/service/"
    visit = guide._links("service", service, "/desk/service/visits/")[0]
    tour.add("service", service, visit, f"/desk/enterprises/{guide.organisation('台信')}/")
    tour.add("service", f"{visit}appeal/")
    officer = guide.person("project")
    tour.add("project", *(link for one in own for link in re.findall(_ISSUE, officer.get(one).text)))
    tour.add("towns", "/desk/exports/new/?source=town-projects&town=441900401", "/desk/exports/")
    tour.add("towns", "/desk/towns/", "/desk/towns/441900401/?list=town-own")
    tour.add("town-songshan", "/desk/towns/441900401/")
    home = "/enterprise/"
    mine = guide._links("lin", f"{home}projects/", f"{home}projects/")
    for one in mine[:1]:
        guide.act("lin", f"{one}permits/", {"do": "begin"})
    together = [f"{one}permits/" for one in mine[:1]]
    tour.add("lin", home, f"{home}projects/", f"{home}projects/new/", *mine, *together)
