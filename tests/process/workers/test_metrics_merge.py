"""The numbers of several processes in one text, read back by the library that knows the format."""

from prometheus_client.parser import text_string_to_metric_families

from vetrina.metrics import Metrics
from vetrina.process.workers.metrics_merge import merged


def read(text):
    """Families by name; a name that comes twice is a mistake of ours."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.name not in found
        found[family.name] = family
    return found


def test_every_sample_is_there_once_with_its_process():
    texts, samples = {}, 0
    for number in range(3):
        metrics = Metrics()
        metrics.connections.labels("viewer").inc(100 + number)
        metrics.request('/x/{a b} "q"', 200, 0.01)
        metrics.rooms.set(number)
        texts[str(number)] = metrics.render().decode()
        samples += sum(not line.startswith("#") for line in texts[str(number)].splitlines())
    found = read(merged(texts))
    told = [sample for family in found.values() for sample in family.samples]
    assert len(told) == samples
    viewers = {
        sample.labels["worker"]: sample.value for sample in found["vetrina_connections"].samples
    }
    assert viewers == {"0": 100, "1": 101, "2": 102}
    assert {s.labels["worker"]: s.value for s in found["vetrina_rooms"].samples} == {
        "0": 0, "1": 1, "2": 2,
    }  # fmt: skip
    assert found["vetrina_connections"].type == "gauge"
    routes = {s.labels["route"] for s in found["vetrina_http_requests"].samples}
    assert routes == {'/x/{a b} "q"'}


def test_a_family_that_only_one_process_has_is_kept():
    one = "# HELP a A.\n# TYPE a gauge\na 1\n"
    two = "# HELP b B.\n# TYPE b gauge\nb 2\n# HELP a A.\n# TYPE a gauge\na 3\n"
    found = read(merged({"0": one, "1": two}))
    assert {name: len(family.samples) for name, family in found.items()} == {"a": 2, "b": 1}


def test_the_numbers_of_one_process_stay_as_they_are_but_for_the_label():
    metrics = Metrics()
    text = metrics.render().decode()
    told = merged({"0": text})
    assert told.count("\n") == text.count("\n")
    assert told.replace('worker="0",', "").replace('{worker="0"}', "") == text
