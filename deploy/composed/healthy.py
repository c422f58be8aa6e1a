"""A container's health check: it ends with 0 when the process behind the door says that it is ready."""

import http.client
import os
import sys

ANSWER_SECONDS_MAX = 8.0


def ready(port: int) -> bool:
    """Whether `GET /health/ready` is answered with 200."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS_MAX)
    try:
        door.request("GET", "/health/ready")
        answer = door.getresponse()
        said = answer.read(1000)
    except (OSError, http.client.HTTPException) as error:
        sys.stdout.write(f"{type(error).__name__}: {error}\n")
        return False
    finally:
        door.close()
    sys.stdout.write(said.decode(errors="replace"))
    return answer.status == http.HTTPStatus.OK


if __name__ == "__main__":
    sys.exit(0 if ready(int(os.environ["NIANLUN_HTTP_PORT"])) else 1)
