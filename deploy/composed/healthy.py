"""A container's health check: it ends with 0 when the process behind the door says that it is ready."""

import http.client
import json
import os
import sys

ANSWER_SECONDS_MAX = 8.0
KEPT_BYTES_MAX = 4000
"""The engine keeps 4,096 bytes of what a check says."""


def ready(port: int) -> bool:
    """Whether `GET /health/ready` is answered with 200."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    try:
        door.request("GET", "/health/ready")
        answer = door.getresponse()
        said = answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return False
    finally:
        door.close()
    sys.stdout.write(kept(said))
    return answer.status == http.HTTPStatus.OK


def kept(said: str) -> str:
    """The readiness document, without the names of held partitions when the engine would cut it."""
    if len(said.encode()) <= KEPT_BYTES_MAX:
        return said
    document = json.loads(said)
    del document["checks"]["inbox"]["holding"]
    return json.dumps(document, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(0 if ready(int(os.environ["NIANLUN_HTTP_PORT"])) else 1)
