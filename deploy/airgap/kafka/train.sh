#!/bin/bash
# A training run: a broker that nobody uses starts and stops, so that Java keeps what it loaded and linked (JEP 514).
set -euo pipefail
work=$(mktemp -d)
nobodys=trained
cat >"$work/server.properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
listeners=CLIENT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
listener.security.protocol.map=CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.client.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
required username="admin" password="$nobodys";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
required username="admin" password="$nobodys" user_admin="$nobodys";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
log.dirs=$work/log
END
export KAFKA_JVM_PERFORMANCE_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
/opt/kafka/bin/kafka-storage.sh format --cluster-id bmlhbmx1bi10cmFpbmluZw --config "$work/server.properties" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$nobodys]" >/dev/null
KAFKA_OPTS=-XX:AOTCacheOutput=/opt/kafka/kafka.aot /opt/kafka/bin/kafka-server-start.sh "$work/server.properties" &
broker=$!
until (exec 3<>/dev/tcp/127.0.0.1/9092) 2>/dev/null; do
    kill -0 "$broker"
    sleep 0.2
done
kill "$broker"
wait "$broker" || [ $? = 143 ] # as Java ends when it is asked to
rm -r "$work"
chmod 0444 /opt/kafka/kafka.aot
