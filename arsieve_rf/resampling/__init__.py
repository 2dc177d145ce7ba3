"""Bootstrap strategies: what each tree is trained on."""
