"""Tables, one file per aggregate. Constraints say what the model means; business rules live in domain and services."""

from models.audit import AuditEntry, AuditSeal
from models.base import Base, db
from models.definition import ChoiceRow, ContentType, DraftOp, FieldRow, SectionRow
from models.entry import AnswerChange, Attachment, Entry, EntryIndex, EntryLink, EntryRevision, EntryUnique, StoredFile
from models.event import Event
from models.kept_post import KeptPost
from models.period import Period
from models.region import Region
from models.report import Report, ReportTransition, VerdictRow
from models.score import Score, UnitYear
from models.unit import Unit
from models.user import AccessLink, EndedSession, Role, RoleGrant, User
from models.version import Candidate, RegistryState, SchemeVersion, Version

__all__ = [
    "AccessLink",
    "AnswerChange",
    "Attachment",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "Candidate",
    "ChoiceRow",
    "ContentType",
    "DraftOp",
    "EndedSession",
    "Entry",
    "EntryIndex",
    "EntryLink",
    "EntryRevision",
    "EntryUnique",
    "Event",
    "FieldRow",
    "KeptPost",
    "Period",
    "Region",
    "RegistryState",
    "Report",
    "ReportTransition",
    "Role",
    "RoleGrant",
    "SchemeVersion",
    "Score",
    "SectionRow",
    "StoredFile",
    "Unit",
    "UnitYear",
    "User",
    "VerdictRow",
    "Version",
    "db",
]
