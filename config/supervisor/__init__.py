"""The supervisor behind `manage.py up`: engines and programs of one instance, in order."""
