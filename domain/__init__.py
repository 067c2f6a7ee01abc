"""The pure core: no Flask, SQLAlchemy or WTForms, no clock, no I/O. Everything here is a function of its arguments."""
