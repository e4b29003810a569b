"""What is remembered for a moment."""

from gridgov.remembered import remembered


def test_the_same_key_is_read_once_in_a_while(settings):
    settings.REMEMBER_SECONDS = 3600
    read: list[str] = []
    answer = remembered(lambda key: (read.append(key), key.upper())[1])
    assert [answer("a"), answer("b"), answer("a")] == ["A", "B", "A"]
    assert read == ["a", "b"]


def test_after_its_time_it_is_read_again(settings, monkeypatch):
    settings.REMEMBER_SECONDS = 5
    moment = 100.0
    monkeypatch.setattr("time.monotonic", lambda: moment)
    answer = remembered(lambda key: moment)
    assert answer("a") == 100.0
    moment = 105.0
    assert answer("a") == 105.0


def test_with_no_time_it_is_read_every_time(settings):
    settings.REMEMBER_SECONDS = 0
    numbers = iter(range(9))
    answer = remembered(lambda key: next(numbers))
    assert [answer("a"), answer("a")] == [0, 1]
