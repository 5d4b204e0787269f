def test_home_greets_who_is_not_signed_in(client, db):
    assert client.get("/").status_code == 200


def test_home_shows_the_next_thing_to_a_member(signed_in, ada, group):
    assert signed_in(ada).get("/").status_code == 200
