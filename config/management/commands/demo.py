"""`manage.py demo`: load the sample brands; `--check`: walk the main job and count everything."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.scope import brand_scope
from accounts.work import enqueue
from config.samples import answers, brands, campaigns, friends, letters, partnering, sisters
from config.samples.check import run_check
from config.samples.households import describe_households
from config.samples.walk import CheckFailed
from config.supervisor.runfolder import RunFolder
from config.supervisor.throwaway import NotUp, run_in_throwaway
from config.tasks import load_sample
from customers.imports.registry import GENERIC
from customers.models.imports import Import
from customers.services import imports


class Command(BaseCommand):
    help = "Load the sample brands, or (--check) try the main job on real orders in a new brand."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="against the running instance; where none runs, one is started for it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        is_running = bool(settings.DATABASES["default"]["USER"])
        if options["check"]:
            self._check() if is_running else self._check_alone()
        elif is_running:
            self._load()
        else:
            raise CommandError("Nothing is running here. `make demo` starts it and loads the data.")

    def _load(self) -> None:
        agency = brands.make_agency()
        for sample in brands.SAMPLES:
            brand = brands.make_brand(sample, agency)
            with brand_scope(brand):
                imported = Import.objects.filter(simulated=True, error="").first()
            if imported is not None and imported.state == Import.State.DONE:
                continue
            if sample is not brands.FLORAL:
                with brand_scope(brand):
                    enqueue(load_sample.kind, ref_id=brand.pk)
                self.stdout.write(f"{sample.name} loads in the background")
                continue
            self.stdout.write(f"{sample.name}: importing its orders")
            imported = imported or brands.upload_orders(sample, brand)
            brands.check_and_start(brand, imported)
            while not imports.run_import(brand_id=brand.pk, import_id=imported.pk):
                pass
            describe_households(brand, source=GENERIC.source)
            campaigns.prepare_draft(brand)
            campaigns.prepare_history(brand, by=brands.marketer())
            letters.prepare_letters(brand, by=brands.marketer())
            answers.prepare_answers(brand)
            friends.prepare_friends(brand)
            partnering.prepare_partners(brand)
            sisters.prepare_sister(brand, brands.make_brand(brands.GROCER, agency))
        RunFolder(settings.RAPPORT_HOME).sign_in_file.write_text(
            f"Sign in as {brands.ANA[0]} with the password {brands.PASSWORD}\n"
            f"Partner: sign in as {brands.LUCIA[0]} with the same password\n"
        )

    def _check_alone(self) -> None:
        self.stdout.write("Nothing is running here: starting an instance for this check")
        try:
            code = run_in_throwaway("demo", "--check")
        except NotUp as error:
            raise CommandError(f"The instance did not start:\n{error}") from None
        if code:
            raise CommandError("The check failed; see above.", returncode=code)

    def _check(self) -> None:
        try:
            run_check(self.stdout.write)
        except CheckFailed as error:
            raise CommandError(str(error)) from None
