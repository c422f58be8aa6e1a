"""The closed catalogue of metrics: no metric exists outside this module, and each name ends in its unit.

Besides these a process tells what prometheus_client itself measures: its memory, processor time, open files
and the garbage collector.
"""

from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
EVENTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)

CHECK_OK = Gauge("nianlun_check_ok_bool", "1 while a check of `/health/ready` is ok", ["check"])
CLOCK_AHEAD = Gauge(
    "nianlun_clock_ahead_seconds",
    "How far the database's or the machine's clock, or the end of the log, is ahead of the time that is gone by",
    ["clock"],
)

# The door
HTTP_REQUESTS = Counter("nianlun_http_requests_total", "HTTP requests answered", ["method", "route", "status"])
HTTP_SECONDS = Histogram("nianlun_http_request_seconds", "Time to answer a request", ["route"], buckets=SECONDS)
COMMANDS = Counter(
    "nianlun_commands_total", "Commands answered with a receipt: accepted, nothing new, replayed", ["outcome"]
)
REFUSALS = Counter("nianlun_refusals_total", "Commands refused, by refusal and eligibility rule", ["refusal", "rule"])
REFUSALS_UNRECORDED = Counter(
    "nianlun_refusals_unrecorded_total", "Refusals of authority beyond what one account's day leaves in the log"
)
UNAUTHENTICATED = Counter(
    "nianlun_unauthenticated_total", "Requests whose token, or user name and password, was refused", ["reason"]
)

# The log
APPEND_EVENTS = Histogram("nianlun_append_batch_events", "Events committed in one transaction", buckets=EVENTS)
APPEND_SECONDS = Histogram("nianlun_append_batch_seconds", "Time of one append transaction", buckets=SECONDS)
APPEND_WAITING = Gauge("nianlun_append_waiting_commands", "Commands that wait for their batch")
LOG_POSITION = Gauge("nianlun_log_position_events", "Last position of this service's log")
PROJECTOR_LAG = Gauge("nianlun_projector_lag_events", "Own events not yet in the read models")

# Kafka out and in
RELAY_LEADING = Gauge("nianlun_relay_leading_bool", "1 while this process sends the log to Kafka")
RELAY_POSITION = Gauge("nianlun_relay_position_events", "Last position of the log that is on Kafka")
RELAY_LAG = Gauge("nianlun_relay_lag_events", "Events in the log that are not yet on Kafka")
RELAY_LAG_SECONDS = Gauge("nianlun_relay_lag_seconds", "How long the oldest of them has been waiting, as seen here")
UNDERREPLICATED = Gauge(
    "nianlun_underreplicated_partitions", "Partitions that this service sees and fewer brokers hold in step than should"
)
INBOX_LAG = Gauge("nianlun_inbox_lag_events", "Records on Kafka not yet applied, by topic/partition", ["partition"])
INBOX_HOLDING = Gauge("nianlun_inbox_holding_partitions", "Partitions that wait for a predecessor or a repair")
INBOX_PARKED = Gauge("nianlun_inbox_parked_events", "Events set aside and not yet redriven")

# The live statistics (the Faust process)
STATISTICS_DRIFT = Gauge("nianlun_statistics_drift_events", "Live count minus exact count, by figure", ["figure"])
STATISTICS_SILENCE = Gauge("nianlun_statistics_silence_seconds", "Time since a service's last event", ["source"])
STATISTICS_COUNT = Gauge(
    "nianlun_statistics_count_events", "Approximate live count, by figure and label", ["figure", "label"]
)
