"""What users hand over as series and columns: values checked, indexes read and continued."""
