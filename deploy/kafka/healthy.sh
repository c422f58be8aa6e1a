#!/bin/bash
# Ends with 0 when the broker answers the protocol's first question, ApiVersions, which it answers before any login.
set -euo pipefail
exec 3<>"/dev/tcp/127.0.0.1/9092"
printf '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff' >&3
answer=$(timeout 2 head -c 10 <&3 | od -An -tx1 | tr -d ' \n')
[ "${answer:8:12}" = 000000010000 ] # our correlation id, no error
