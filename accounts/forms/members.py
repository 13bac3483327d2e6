"""Giving a member another role."""

from django import forms

from accounts.models.members import Role


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
