"""Any customers CSV: the columns are found by their names and confirmed by a person."""
