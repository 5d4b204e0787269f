"""A demo study group of five with data, for trying out Readlist.

What its members read and wrote is in plain modules, in the form of `shapes`; `make` creates the rows with the models'
own methods. Topics are named by their titles in the shipped list, sources by their URLs in it."""
