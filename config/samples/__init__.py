"""The sample brands: real orders from `sample_data/`, people and permissions made up."""
