"""The languages of the pages: words as gettext catalogues, numbers and times as CLDR has them."""
