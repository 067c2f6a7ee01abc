"""Every permission, alphabetical, named object:action. Roles (data) list them; code asks for them."""

from enum import StrEnum


class Permission(StrEnum):
    """What an actor may do within the scope of a grant."""

    AUDIT_READ = "audit:read"
    CONTACT_READ = "contact:read"
    DEFINITION_EDIT = "definition:edit"
    DEFINITION_PUBLISH = "definition:publish"
    DEFINITION_READ = "definition:read"
    EVENT_EDIT = "event:edit"
    EVENT_READ = "event:read"
    FILE_READ = "file:read"
    PERIOD_EDIT = "period:edit"
    PERIOD_READ = "period:read"
    RANKING_READ = "ranking:read"
    RECORD_EDIT = "record:edit"
    RECORD_READ = "record:read"
    REPORT_FILL = "report:fill"
    REPORT_READ = "report:read"
    REPORT_SUBMIT = "report:submit"
    REPORT_VALIDATE = "report:validate"
    REPORT_VERIFY = "report:verify"
    UNIT_EDIT = "unit:edit"
    UNIT_READ = "unit:read"
    USER_EDIT = "user:edit"
    USER_READ = "user:read"
