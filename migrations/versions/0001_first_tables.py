"""first tables"""

import sqlalchemy as sa
from alembic import op
import models.base


revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('content_type',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('settings', models.base.JsonText(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind in ('phase_form','collection')", name=op.f('ck_content_type_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_content_type')),
    sa.UniqueConstraint('key', name=op.f('uq_content_type_key'))
    )
    op.create_table('period',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('quarter', sa.Integer(), nullable=False),
    sa.Column('start_date', sa.Date(), nullable=False),
    sa.Column('end_date', sa.Date(), nullable=False),
    sa.Column('due_date', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_at', models.base.UtcDateTime(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint("state in ('planned','open','closing','closed')", name=op.f('ck_period_state')),
    sa.CheckConstraint('end_date > start_date and due_date >= start_date', name=op.f('ck_period_dates')),
    sa.CheckConstraint('quarter between 1 and 4', name=op.f('ck_period_quarter')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_period')),
    sa.UniqueConstraint('year', 'quarter', name=op.f('uq_period_year_quarter'))
    )
    op.create_table('region',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('code', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('official_name', sa.String(length=160), nullable=False),
    sa.Column('short_name', sa.String(length=20), nullable=False),
    sa.Column('level', sa.String(length=10), nullable=False),
    sa.Column('parent_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('zone', sa.String(length=4), nullable=False),
    sa.Column('tile_column', sa.Integer(), nullable=True),
    sa.Column('tile_row', sa.Integer(), nullable=True),
    sa.Column('own_bpbd', sa.Boolean(), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=False),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('successor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.CheckConstraint("(level = 'province') = (parent_id is null)", name=op.f('ck_region_parent')),
    sa.CheckConstraint("level in ('province','regency','city')", name=op.f('ck_region_level')),
    sa.CheckConstraint("zone in ('WIB','WITA','WIT')", name=op.f('ck_region_zone')),
    sa.ForeignKeyConstraint(['parent_id'], ['region.id'], name=op.f('fk_region_parent_id')),
    sa.ForeignKeyConstraint(['successor_id'], ['region.id'], name=op.f('fk_region_successor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_region'))
    )
    with op.batch_alter_table('region', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_region_code'), ['code'], unique=False)
        batch_op.create_index(batch_op.f('ix_region_parent_id'), ['parent_id'], unique=False)

    op.create_table('registry_state',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.CheckConstraint('id = 1', name=op.f('ck_registry_state_single')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_registry_state'))
    )
    op.create_table('role',
    sa.Column('key', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('label', models.base.JsonText(), nullable=False),
    sa.Column('permissions', models.base.JsonText(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_role'))
    )
    op.create_table('stored_file',
    sa.Column('sha256', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('kind', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('stored_at', models.base.UtcDateTime(), nullable=False),
    sa.PrimaryKeyConstraint('sha256', name=op.f('pk_stored_file'))
    )
    op.create_table('user',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password', sa.String(length=255), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('fs_uniquifier', sa.String(length=64), nullable=False),
    sa.Column('locale', sa.String(length=5), nullable=False),
    sa.Column('failed_count', sa.Integer(), nullable=False),
    sa.Column('locked_until', models.base.UtcDateTime(), nullable=True),
    sa.Column('created_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('last_seen_at', models.base.UtcDateTime(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user')),
    sa.UniqueConstraint('email', name=op.f('uq_user_email')),
    sa.UniqueConstraint('fs_uniquifier', name=op.f('uq_user_fs_uniquifier'))
    )
    op.create_table('audit',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('verb', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=30), nullable=False),
    sa.Column('subject_id', sa.String(length=64), nullable=False),
    sa.Column('unit_id', sa.String(length=26), nullable=True),
    sa.Column('origin', sa.String(length=64), nullable=False),
    sa.Column('detail', models.base.JsonText(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_audit_actor_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit'))
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_subject', ['subject', 'subject_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_audit_unit_id'), ['unit_id'], unique=False)

    op.create_table('candidate',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('base_version_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('sealed_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('sealed_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_candidate_content_type_id')),
    sa.ForeignKeyConstraint(['sealed_by'], ['user.id'], name=op.f('fk_candidate_sealed_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate'))
    )
    with op.batch_alter_table('candidate', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_candidate_content_type_id'), ['content_type_id'], unique=False)

    op.create_table('draft_op',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.Column('subject', sa.String(length=20), nullable=False),
    sa.Column('subject_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('before', models.base.JsonText(), nullable=True),
    sa.Column('after', models.base.JsonText(), nullable=True),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_draft_op_actor_id')),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_draft_op_content_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_draft_op'))
    )
    with op.batch_alter_table('draft_op', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_op_content_type_id'), ['content_type_id'], unique=False)

    op.create_table('ended_session',
    sa.Column('key', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('user_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('ended_at', models.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_ended_session_user_id')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ended_session'))
    )
    op.create_table('role_grant',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('user_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('role', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('scope_kind', sa.String(length=10), nullable=False),
    sa.Column('scope_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('granted_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('granted_at', models.base.UtcDateTime(), nullable=False),
    sa.CheckConstraint("(scope_kind = 'national') = (scope_id = '')", name=op.f('ck_role_grant_scope')),
    sa.CheckConstraint("scope_kind in ('national','province','region','unit')", name=op.f('ck_role_grant_scope_kind')),
    sa.ForeignKeyConstraint(['granted_by'], ['user.id'], name=op.f('fk_role_grant_granted_by')),
    sa.ForeignKeyConstraint(['role'], ['role.key'], name=op.f('fk_role_grant_role')),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], name=op.f('fk_role_grant_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_role_grant')),
    sa.UniqueConstraint('user_id', 'role', 'scope_kind', 'scope_id', name=op.f('uq_role_grant_user_id_role_scope_kind_scope_id'))
    )
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_role_grant_user_id'), ['user_id'], unique=False)

    op.create_table('scheme_version',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('published_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('published_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['published_by'], ['user.id'], name=op.f('fk_scheme_version_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scheme_version')),
    sa.UniqueConstraint('number', name=op.f('uq_scheme_version_number'))
    )
    op.create_table('section',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('code', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('label', models.base.JsonText(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_section_content_type_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_section')),
    sa.UniqueConstraint('content_type_id', 'code', name=op.f('uq_section_content_type_id_code'))
    )
    op.create_table('unit',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('region_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('decree', sa.String(length=160), nullable=False),
    sa.Column('start_date', sa.Date(), nullable=False),
    sa.Column('end_date', sa.Date(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('end_date is null or end_date >= start_date', name=op.f('ck_unit_dates')),
    sa.ForeignKeyConstraint(['province_id'], ['region.id'], name=op.f('fk_unit_province_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_unit_region_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_unit')),
    sa.UniqueConstraint('region_id', name=op.f('uq_unit_region_id'))
    )
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_province_id'), ['province_id'], unique=False)

    op.create_table('attachment',
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('sha256', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('region_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('filename', sa.String(length=200), nullable=False),
    sa.Column('uploaded_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('uploaded_at', models.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['province_id'], ['region.id'], name=op.f('fk_attachment_province_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_attachment_region_id')),
    sa.ForeignKeyConstraint(['sha256'], ['stored_file.sha256'], name=op.f('fk_attachment_sha256')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_attachment_unit_id')),
    sa.ForeignKeyConstraint(['uploaded_by'], ['user.id'], name=op.f('fk_attachment_uploaded_by')),
    sa.PrimaryKeyConstraint('unit_id', 'sha256', name=op.f('pk_attachment'))
    )
    op.create_table('event',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('region_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('name', sa.String(length=160), nullable=False),
    sa.Column('hazard', sa.String(length=40), nullable=False),
    sa.Column('occurred_at', sa.DateTime(), nullable=False),
    sa.Column('declared_at', sa.DateTime(), nullable=False),
    sa.Column('status_end', sa.Date(), nullable=True),
    sa.Column('response_due', sa.Date(), nullable=False),
    sa.Column('post_due', sa.Date(), nullable=True),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.CheckConstraint('declared_at >= occurred_at', name=op.f('ck_event_declared')),
    sa.ForeignKeyConstraint(['province_id'], ['region.id'], name=op.f('fk_event_province_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_event_region_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_event_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_province_id'), ['province_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_region_id'), ['region_id'], unique=False)
        batch_op.create_index('ix_event_unit_declared', ['unit_id', 'declared_at'], unique=False)

    op.create_table('field',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('section_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('parent_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('code', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('type', sa.String(length=30), nullable=False),
    sa.Column('label', models.base.JsonText(), nullable=False),
    sa.Column('weight', sa.Integer(), nullable=False),
    sa.Column('settings', models.base.JsonText(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_field_content_type_id')),
    sa.ForeignKeyConstraint(['parent_id'], ['field.id'], name=op.f('fk_field_parent_id')),
    sa.ForeignKeyConstraint(['section_id'], ['section.id'], name=op.f('fk_field_section_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field'))
    )
    with op.batch_alter_table('field', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_field_code'), ['code'], unique=False)
        batch_op.create_index('ix_field_type_section', ['content_type_id', 'section_id'], unique=False)

    op.create_table('score',
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('subject', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('node', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('p', sa.BigInteger(), nullable=True),
    sa.Column('v', sa.BigInteger(), nullable=True),
    sa.Column('weight', sa.BigInteger(), nullable=False),
    sa.Column('due', sa.Integer(), nullable=False),
    sa.Column('answered', sa.Integer(), nullable=False),
    sa.Column('accepted', sa.Integer(), nullable=False),
    sa.Column('detail', models.base.JsonText(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_score_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'year', 'subject', 'node', name=op.f('pk_score'))
    )
    with op.batch_alter_table('score', schema=None) as batch_op:
        batch_op.create_index('ix_score_board', ['year', 'subject', 'node', 'unit_id'], unique=False)

    op.create_table('unit_year',
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('scored_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('valid_until', models.base.UtcDateTime(), nullable=True),
    sa.Column('first_sent_at', models.base.UtcDateTime(), nullable=True),
    sa.Column('timeliness', sa.BigInteger(), nullable=True),
    sa.Column('versions', models.base.JsonText(), nullable=False),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_unit_year_unit_id')),
    sa.PrimaryKeyConstraint('unit_id', 'year', name=op.f('pk_unit_year'))
    )
    with op.batch_alter_table('unit_year', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_unit_year_valid_until'), ['valid_until'], unique=False)

    op.create_table('version',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('snapshot', sa.Text(), nullable=False),
    sa.Column('sha256', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('effective_from', sa.Date(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('published_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('published_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('candidate_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['candidate_id'], ['candidate.id'], name=op.f('fk_version_candidate_id')),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_version_content_type_id')),
    sa.ForeignKeyConstraint(['published_by'], ['user.id'], name=op.f('fk_version_published_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_version')),
    sa.UniqueConstraint('content_type_id', 'number', name=op.f('uq_version_content_type_id_number'))
    )
    op.create_table('choice',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('field_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('code', sa.String(length=64).with_variant(sa.String(length=64, collation='C'), 'postgresql'), nullable=False),
    sa.Column('label', models.base.JsonText(), nullable=False),
    sa.Column('score', sa.String(length=10), nullable=True),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['field_id'], ['field.id'], name=op.f('fk_choice_field_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_choice')),
    sa.UniqueConstraint('field_id', 'code', name=op.f('uq_choice_field_id_code'))
    )
    op.create_table('entry',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('version_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('region_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('subject_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('doc', models.base.JsonText(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('lock_version', sa.Integer(), nullable=False),
    sa.Column('search', sa.Text(), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('created_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('updated_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('updated_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('deleted_at', models.base.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_entry_content_type_id')),
    sa.ForeignKeyConstraint(['province_id'], ['region.id'], name=op.f('fk_entry_province_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_entry_region_id')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_entry_unit_id')),
    sa.ForeignKeyConstraint(['updated_by'], ['user.id'], name=op.f('fk_entry_updated_by')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_entry_version_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry')),
    sa.UniqueConstraint('unit_id', 'content_type_id', 'subject_id', name=op.f('uq_entry_unit_id_content_type_id_subject_id'))
    )
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.create_index('ix_entry_type_scope', ['content_type_id', 'province_id', 'region_id', 'unit_id'], unique=False)

    op.create_table('answer_change',
    sa.Column('entry_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('op_key', sa.String(length=120).with_variant(sa.String(length=120, collation='C'), 'postgresql'), nullable=False),
    sa.Column('path', sa.String(length=160).with_variant(sa.String(length=160, collation='C'), 'postgresql'), nullable=False),
    sa.Column('value', models.base.JsonText(), nullable=True),
    sa.Column('prev', models.base.JsonText(), nullable=True),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_answer_change_actor_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_answer_change_entry_id')),
    sa.PrimaryKeyConstraint('entry_id', 'seq', name=op.f('pk_answer_change')),
    sa.UniqueConstraint('entry_id', 'op_key', name=op.f('uq_answer_change_entry_id_op_key'))
    )
    op.create_table('entry_index',
    sa.Column('entry_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('field_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('text', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_index_entry_id')),
    sa.PrimaryKeyConstraint('entry_id', 'field_id', 'place', name=op.f('pk_entry_index'))
    )
    with op.batch_alter_table('entry_index', schema=None) as batch_op:
        batch_op.create_index('ix_entry_index_number', ['field_id', 'number', 'entry_id'], unique=False)
        batch_op.create_index('ix_entry_index_text', ['field_id', 'text', 'entry_id'], unique=False)

    op.create_table('entry_link',
    sa.Column('entry_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('field_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('target_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_link_entry_id')),
    sa.PrimaryKeyConstraint('entry_id', 'field_id', 'target_id', name=op.f('pk_entry_link'))
    )
    with op.batch_alter_table('entry_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_link_target_id'), ['target_id'], unique=False)

    op.create_table('entry_revision',
    sa.Column('entry_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('version_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('doc', models.base.JsonText(), nullable=False),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.Column('verb', sa.String(length=20), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_entry_revision_actor_id')),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_revision_entry_id')),
    sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_entry_revision_version_id')),
    sa.PrimaryKeyConstraint('entry_id', 'number', name=op.f('pk_entry_revision'))
    )
    op.create_table('entry_unique',
    sa.Column('field_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('scope', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('key', sa.String(length=200).with_variant(sa.String(length=200, collation='C'), 'postgresql'), nullable=False),
    sa.Column('entry_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.ForeignKeyConstraint(['entry_id'], ['entry.id'], name=op.f('fk_entry_unique_entry_id')),
    sa.PrimaryKeyConstraint('field_id', 'scope', 'key', name=op.f('pk_entry_unique'))
    )
    with op.batch_alter_table('entry_unique', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_unique_entry_id'), ['entry_id'], unique=False)

    op.create_table('report',
    sa.Column('id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('content_type_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('unit_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('region_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('province_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('period_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('event_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('due_at', models.base.UtcDateTime(), nullable=False),
    sa.Column('first_sent_at', models.base.UtcDateTime(), nullable=True),
    sa.Column('sent_at', models.base.UtcDateTime(), nullable=True),
    sa.Column('sent_by', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.CheckConstraint("state in ('draft','submitted','verified','returned','validated','locked')", name=op.f('ck_report_state')),
    sa.CheckConstraint('(period_id is null) <> (event_id is null)', name=op.f('ck_report_subject')),
    sa.ForeignKeyConstraint(['content_type_id'], ['content_type.id'], name=op.f('fk_report_content_type_id')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_report_event_id')),
    sa.ForeignKeyConstraint(['id'], ['entry.id'], name=op.f('fk_report_id')),
    sa.ForeignKeyConstraint(['period_id'], ['period.id'], name=op.f('fk_report_period_id')),
    sa.ForeignKeyConstraint(['province_id'], ['region.id'], name=op.f('fk_report_province_id')),
    sa.ForeignKeyConstraint(['region_id'], ['region.id'], name=op.f('fk_report_region_id')),
    sa.ForeignKeyConstraint(['sent_by'], ['user.id'], name=op.f('fk_report_sent_by')),
    sa.ForeignKeyConstraint(['unit_id'], ['unit.id'], name=op.f('fk_report_unit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report'))
    )
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_report_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_report_period_state', ['period_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_report_province_id'), ['province_id'], unique=False)
        batch_op.create_index('ix_report_unit_year', ['unit_id', 'year'], unique=False)

    op.create_table('report_transition',
    sa.Column('report_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=12), nullable=False),
    sa.Column('target', sa.String(length=12), nullable=False),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_report_transition_actor_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_report_transition_report_id')),
    sa.PrimaryKeyConstraint('report_id', 'number', name=op.f('pk_report_transition'))
    )
    op.create_table('verdict',
    sa.Column('report_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('field_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=False),
    sa.Column('verdict', sa.String(length=14), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('actor_id', sa.String(length=26).with_variant(sa.String(length=26, collation='C'), 'postgresql'), nullable=True),
    sa.Column('at', models.base.UtcDateTime(), nullable=False),
    sa.CheckConstraint("verdict in ('accepted','returned','not_applicable')", name=op.f('ck_verdict_verdict')),
    sa.ForeignKeyConstraint(['actor_id'], ['user.id'], name=op.f('fk_verdict_actor_id')),
    sa.ForeignKeyConstraint(['report_id'], ['report.id'], name=op.f('fk_verdict_report_id')),
    sa.PrimaryKeyConstraint('report_id', 'field_id', name=op.f('pk_verdict'))
    )
    op.execute('INSERT INTO registry_state (id, epoch) VALUES (1, 1)')


def downgrade() -> None:
    op.drop_table('verdict')
    op.drop_table('report_transition')
    with op.batch_alter_table('report', schema=None) as batch_op:
        batch_op.drop_index('ix_report_unit_year')
        batch_op.drop_index(batch_op.f('ix_report_province_id'))
        batch_op.drop_index('ix_report_period_state')
        batch_op.drop_index(batch_op.f('ix_report_event_id'))

    op.drop_table('report')
    with op.batch_alter_table('entry_unique', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_unique_entry_id'))

    op.drop_table('entry_unique')
    op.drop_table('entry_revision')
    with op.batch_alter_table('entry_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_link_target_id'))

    op.drop_table('entry_link')
    with op.batch_alter_table('entry_index', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_index_text')
        batch_op.drop_index('ix_entry_index_number')

    op.drop_table('entry_index')
    op.drop_table('answer_change')
    with op.batch_alter_table('entry', schema=None) as batch_op:
        batch_op.drop_index('ix_entry_type_scope')

    op.drop_table('entry')
    op.drop_table('choice')
    op.drop_table('version')
    with op.batch_alter_table('unit_year', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_year_valid_until'))

    op.drop_table('unit_year')
    with op.batch_alter_table('score', schema=None) as batch_op:
        batch_op.drop_index('ix_score_board')

    op.drop_table('score')
    with op.batch_alter_table('field', schema=None) as batch_op:
        batch_op.drop_index('ix_field_type_section')
        batch_op.drop_index(batch_op.f('ix_field_code'))

    op.drop_table('field')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index('ix_event_unit_declared')
        batch_op.drop_index(batch_op.f('ix_event_region_id'))
        batch_op.drop_index(batch_op.f('ix_event_province_id'))

    op.drop_table('event')
    op.drop_table('attachment')
    with op.batch_alter_table('unit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_unit_province_id'))

    op.drop_table('unit')
    op.drop_table('section')
    op.drop_table('scheme_version')
    with op.batch_alter_table('role_grant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_role_grant_user_id'))

    op.drop_table('role_grant')
    with op.batch_alter_table('draft_op', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_draft_op_content_type_id'))

    op.drop_table('ended_session')
    op.drop_table('draft_op')
    with op.batch_alter_table('candidate', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_candidate_content_type_id'))

    op.drop_table('candidate')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_audit_unit_id'))
        batch_op.drop_index('ix_audit_subject')

    op.drop_table('audit')
    op.drop_table('user')
    op.drop_table('stored_file')
    op.drop_table('role')
    op.drop_table('registry_state')
    with op.batch_alter_table('region', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_region_parent_id'))
        batch_op.drop_index(batch_op.f('ix_region_code'))

    op.drop_table('region')
    op.drop_table('period')
    op.drop_table('content_type')
