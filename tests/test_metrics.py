"""The metrics: their names, and labels that a stranger cannot multiply."""

import re

from vetrina.metrics import LABELS_MAX, Metrics


def test_every_name_is_ours():
    families = {
        family.name
        for family in Metrics().registry.collect()
        if not family.name.startswith("process_")
    }
    assert families
    assert all(name.startswith("vetrina_") for name in families)


def test_two_instances_do_not_share_their_counts():
    one, other = Metrics(), Metrics()
    one.command("pin_product", "applied")
    assert 'type="pin_product"' in one.render().decode()
    assert 'type="pin_product"' not in other.render().decode()


def test_an_answer_is_counted_by_its_route():
    metrics = Metrics()
    metrics.request("/api/v1/shows/{slug}", 200, 0.02)
    text = metrics.render().decode()
    labels = 'route="/api/v1/shows/{slug}",status="200"'
    assert f"vetrina_http_requests_total{{{labels}}} 1.0" in text
    assert 'vetrina_http_seconds_bucket{le="0.01",route="/api/v1/shows/{slug}"} 0.0' in text
    assert 'vetrina_http_seconds_bucket{le="0.025",route="/api/v1/shows/{slug}"} 1.0' in text


def test_deliveries_and_commands_are_counted_by_kind_and_outcome():
    metrics = Metrics()
    metrics.delivery("shopify", "applied")
    metrics.command("start_deal", "deal_running")
    text = metrics.render().decode()
    assert 'vetrina_webhook_deliveries_total{kind="shopify",outcome="applied"} 1.0' in text
    assert 'vetrina_commands_total{outcome="deal_running",type="start_deal"} 1.0' in text


def test_labels_do_not_grow_without_end():
    metrics = Metrics()
    for number in range(3 * LABELS_MAX):
        metrics.request(f"/made/up/{number}", 404, 0.001)
    text = metrics.render().decode()
    routes = set(re.findall(r'vetrina_http_requests_total\{route="([^"]*)"', text))
    assert len(routes) == LABELS_MAX + 1
    assert "other" in routes
