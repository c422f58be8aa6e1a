"""The closed catalogue of metrics: no metric exists outside this module, and each name ends in its unit."""

from prometheus_client import Counter, Gauge, Histogram

HTTP_REQUESTS = Counter("nianlun_http_requests_total", "HTTP requests answered", ["method", "route", "status"])
HTTP_SECONDS = Histogram("nianlun_http_request_seconds", "Time to answer an HTTP request", ["route"])
REFUSALS = Counter("nianlun_refusals_total", "Commands refused, by refusal and eligibility rule", ["refusal", "rule"])
UNAUTHENTICATED = Counter("nianlun_unauthenticated_total", "Requests whose token was refused", ["reason"])
APPEND_EVENTS = Histogram(
    "nianlun_append_batch_events", "Events committed in one transaction", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256)
)
LOG_POSITION = Gauge("nianlun_log_position_events", "Last position of this service's log")
RELAY_LEADING = Gauge("nianlun_relay_leading_bool", "1 while this process sends the log to Kafka")
RELAY_LAG = Gauge("nianlun_relay_lag_events", "Events in the log that are not yet on Kafka")
INBOX_LAG = Gauge("nianlun_inbox_lag_events", "Records on Kafka not yet applied", ["partition"])
INBOX_HOLDING = Gauge("nianlun_inbox_holding_partitions", "Partitions that wait for a predecessor or a repair")
INBOX_PARKED = Gauge("nianlun_inbox_parked_events", "Events set aside since this process started")
PROJECTOR_LAG = Gauge("nianlun_projector_lag_events", "Own events not yet in the read models")
STATISTICS_DRIFT = Gauge(
    "nianlun_statistics_drift_events", "Live count minus exact count, by figure", ["figure"]
)
STATISTICS_SILENCE = Gauge("nianlun_statistics_silence_seconds", "Time since a service's last event", ["source"])
STATISTICS_COUNT = Gauge("nianlun_statistics_count_events", "Approximate live count, by figure and label", ["figure", "label"])
