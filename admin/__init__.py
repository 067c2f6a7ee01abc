"""The admin: Flask-Admin's routes, lists and filters under our own theme; every write goes through services."""

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from admin.audit import AuditView
from admin.collections import CollectionRouter
from admin.data import EventView, PeriodView, UnitView
from admin.definitions import ChoiceView, FieldView, SectionView
from admin.index import Index
from admin.publishing import PublishView
from admin.regions import RegionView
from admin.users import UserView
from settings import ROOT


def register(app: Flask) -> None:
    """Attach the admin at ``/admin/``."""
    theme = Theme(folder="emonev", base_template="admin/base.html")
    site = Admin(
        app,
        name="e-Monev",
        theme=theme,
        index_view=Index(),
        translations_path=str(ROOT / "translations"),
        csp_nonce_generator=lambda: "",
    )
    for view in (
        FieldView(),
        SectionView(),
        ChoiceView(),
        PublishView(),
        UnitView(),
        PeriodView(),
        EventView(),
        UserView(),
        RegionView(),
        AuditView(),
        CollectionRouter(),
    ):
        site.add_view(view)
