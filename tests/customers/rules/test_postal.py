"""The lines of an address under whatever names a brand's attributes have."""

from customers.rules.postal import names_of_parts, part_of


def test_attributes_are_known_by_the_names_shops_give_them():
    parts = names_of_parts(["Zip_Code", "address1", "size", "Street", "Default-Address Address2"])
    assert parts == {
        "street": ["Street", "address1"],
        "street_2": ["Default-Address Address2"],
        "postcode": ["Zip_Code"],
        "region": [],
    }


def test_the_first_line_that_says_something_counts():
    said = {"street": "  ", "address1": " 1 High Street ", "postcode": 1010}
    assert part_of(said, ["street", "address1"]) == "1 High Street"
    assert part_of(said, ["postcode"]) == "1010"
    assert part_of(said, ["region"]) == ""
