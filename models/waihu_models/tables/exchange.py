"""What an administrator changes while the program runs: trunks, phones, settings. Passwords are sealed."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from waihu_models.tables.base import At, Base, Count, No, Seconds, Short, Tenant, Text, Version


class TrunkRow(Base):
    """A carrier; ``sealed_password`` can be opened only with the key that lies beside the store."""

    __tablename__ = "trunk"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[Count]
    username: Mapped[Short]
    sealed_password: Mapped[Text]
    register: Mapped[No]
    codecs: Mapped[Short]
    max_lines: Mapped[Count]
    calls_per_s: Mapped[Seconds]
    caller_id: Mapped[Short]
    strip_plus: Mapped[No]
    dial_prefix: Mapped[Short]
    enabled: Mapped[No]
    changed_at: Mapped[At]
    version: Mapped[Version]


class PhoneRow(Base):
    """A SIP phone; without ``contact`` it registers with its password."""

    __tablename__ = "phone"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    tenant_id: Mapped[Tenant]
    sealed_password: Mapped[Text]
    contact: Mapped[Text]
    changed_at: Mapped[At]
    version: Mapped[Version]


class SettingRow(Base):
    """A setting as an administrator wants it, in JSON; names and ranges are declared in ``waihu.services``."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[Tenant]
    value: Mapped[Text]
    changed_at: Mapped[At]
    version: Mapped[Version]
