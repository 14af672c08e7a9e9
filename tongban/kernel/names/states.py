"""The event about a reserved name."""

from tongban.kernel.events.states import declare

NAME_RESERVED = declare("name.reserved", "保留了企业名称", "The name of an organisation was reserved")
CHECK = "organisation_name"  # what a form's field asks for by `checks`
EXTENDED = declare("name.reserved_anew", "续用了已保留的企业名称", "A reserved name was taken up again")
