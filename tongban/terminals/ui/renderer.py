"""How Django's own forms are drawn: FORM_RENDERER = "tongban.terminals.ui.renderer.FormRenderer"."""

from django.forms.renderers import DjangoTemplates


class FormRenderer(DjangoTemplates):
    """One template for every field group, so that label, hint and error are tied to the control everywhere."""

    field_template_name = "ui/forms/django_field.html"
