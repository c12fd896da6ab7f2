"""Coding says where a bank line belongs that no document explains, from written rules and what people did before."""
