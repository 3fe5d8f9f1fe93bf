"""General business English: which words mean the same act or thing, and which exclude each other.

One line is one meaning, called by its first word; a hyphen joins the words of a phrase. A word may stand in several
lines, and a meaning goes on in every line that begins with the same word. They are made from what offices, shops,
warehouses and clinics say everywhere. In the first block of acts and of things, lines were added for words that were
missed in the half `dev` of the labelled tellings, so figures of that half flatter. All blocks after it, and what was
added to phrases, contrasts and tools with them, were written without looking at any labelled telling.
"""
