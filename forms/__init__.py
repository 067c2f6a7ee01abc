"""Forms: the compiled markup of generated pages, the WTForms classes that read them, and the fixed forms."""
