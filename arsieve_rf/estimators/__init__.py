"""Estimators: the user's words become numbers; the only floor that knows scikit-learn's API."""
