"""Personal data at rest: who gets hold of the database or a copy of it reads no number, address or account of anybody.

`columns` are the types a model names; `blind` finds an equal value without reading any; `renewal` changes the key of what stands.
"""
