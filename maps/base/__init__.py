"""One visual language: page, words, colours, lines, marks, legends."""
