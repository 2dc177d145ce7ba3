"""Files of fitted objects: a zip archive of one JSON document and plain NumPy arrays, without pickle.

Which classes may be stored is said by the caller; this package knows none of them.
"""
