"""A home-care company that does not exist: its people, 18 months of figures, and mistakes as real exports have them.

    python examples/care_company/generate.py synthetic
    ag2-marketing import synthetic/caregivers.csv --mapping synthetic/caregivers.toml
    ag2-marketing import synthetic/caregiver_weeks.csv --mapping synthetic/caregiver_weeks.toml

Everything is SYNTHETIC and labelled so: in each row of each file (`data`), in the mappings and in the manifest. The
same seed writes the same bytes. `planted.json` lists the trends, steps, outliers and mistakes that were put in;
`dictionary.json` tells which columns are personal or health data.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
from dataclasses import asdict
from datetime import date
from pathlib import Path

import numpy as np
from company_figures import company_months
from figures import (
    Planted,
    Table,
    caregiver_months,
    caregiver_weeks,
    channel_months,
    client_months,
    location_weeks,
    planted,
)
from mistakes import Mistakes, spoil
from people import SMALLEST, Company, Plan, company

LABEL = "SYNTHETIC"
LEFT = 25
"""Of so many caregivers, and of so many clients, one has left."""
MAPPINGS = Path(__file__).parent / "mappings"


def registers(people: Company) -> list[Table]:
    """Return the lists of locations, caregivers and clients."""
    locations = Table("locations.csv", ("location", "region"))
    locations.rows = [{"location": each.id, "region": each.region} for each in people.locations]
    caregivers = Table(
        "caregivers.csv",
        ("caregiver", "location", "region", "experience_years", "specialties", "employed"),
        personal=("caregiver",),
    )
    caregivers.rows = [
        {
            "caregiver": each.id,
            "location": each.location.id,
            "region": each.location.region,
            "experience_years": each.experience_years,
            "specialties": " ".join(each.specialties),
            "employed": "no" if (number + 1) % LEFT == 0 else "yes",
        }
        for number, each in enumerate(people.caregivers)
    ]
    clients = Table(
        "clients.csv",
        ("client", "location", "caregiver", "condition", "state"),
        personal=("client", "caregiver"),
        health=("condition",),
    )
    clients.rows = [
        {
            "client": each.id,
            "location": each.location.id,
            "caregiver": each.caregiver.id,
            "condition": each.condition,
            "state": "left" if (number + 1) % LEFT == 0 else "in care",
        }
        for number, each in enumerate(people.clients)
    ]
    return [locations, caregivers, clients]


def generate(folder: Path, plan: Plan) -> None:
    """Write the company's files into a folder."""
    random = np.random.default_rng(plan.seed)
    people = company(plan, random)
    found = planted(plan, people)
    tables = [
        caregiver_weeks(plan, people, found, random),
        location_weeks(plan, people, found, random),
        caregiver_months(plan, people, random),
        client_months(plan, people, found, random),
        channel_months(plan, random),
    ]
    done = spoil({table.name: table for table in tables}, random, each=max(2, plan.caregivers // 15))
    folder.mkdir(parents=True, exist_ok=True)
    everything = [*registers(people), *tables, company_months(plan, random)]
    for table in everything:
        _write(folder / table.name, table)
    for mapping in MAPPINGS.glob("*.toml"):
        shutil.copy(mapping, folder / mapping.name)
    _write_manifest(folder, plan, found, done)
    dictionary = {
        table.name: {"columns": table.columns, "personal": table.personal, "health": table.health}
        for table in everything
    }
    _write_json(folder / "dictionary.json", {"data": LABEL, **dictionary})


def _write(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            file.writelines(json.dumps({"data": LABEL, **row}) + "\n" for row in table.rows)
            return
        delimiter = ";" if table.name == "location_weeks.csv" else ","
        writer = csv.DictWriter(file, ("data", *table.columns), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows({"data": LABEL, **row} for row in table.rows)


def _write_manifest(folder: Path, plan: Plan, found: Planted, done: Mistakes) -> None:
    season = "most in the middle of January, least in the middle of July; on-time arrival falls by 2.5 points"
    manifest = {
        "data": LABEL,
        "plan": asdict(plan),
        "season": season,
        **asdict(found),
        "mistakes": asdict(done),
    }
    _write_json(folder / "planted.json", manifest)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, default=str) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="where the files are written")
    for name in ("locations", "caregivers", "clients", "months", "seed"):
        parser.add_argument(f"--{name}", type=int, default=getattr(Plan, name))
    parser.add_argument("--end", type=date.fromisoformat, default=Plan.end, help="last day, as in 2026-10-31")
    given = vars(parser.parse_args())
    for name, least in SMALLEST.items():
        if given[name] < least:
            parser.error(f"--{name} {given[name]} is too few: at least {least}, for what is planted")
    folder = given.pop("folder")
    generate(folder, Plan(**given))
    print(f"SYNTHETIC data written to {folder}: import a file with the mapping of the same name.")


if __name__ == "__main__":
    main()
