#!/bin/bash
# Starts one broker of the composed stack: its configuration from the environment, its administrator's password from a
# file, its log formatted once. Of the image it uses /opt/kafka/bin and /var/lib/kafka/data alone.
set -euo pipefail
umask 077

node=${KAFKA_NODE_ID:-1}
voters=${KAFKA_VOTERS:-1@kafka:9093}
replicas=${KAFKA_REPLICAS:-1}
in_sync=$((replicas > 1 ? replicas - 1 : 1))
disk=/var/lib/kafka/data
data=$disk/log
run=/tmp/kafka
mkdir -p "$run"
password=$(<"$KAFKA_PASSWORD_FILE")
/bin/bash /etc/nianlun/room.sh "$disk" 256

cat >"$run/server.properties" <<END
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=INTERNAL://:9092,EXTERNAL://:19092,CONTROLLER://:9093
advertised.listeners=INTERNAL://${KAFKA_HOST:-kafka}:9092,EXTERNAL://$KAFKA_EXTERNAL
controller.listener.names=CONTROLLER
inter.broker.listener.name=INTERNAL
listener.security.protocol.map=INTERNAL:SASL_PLAINTEXT,EXTERNAL:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.internal.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule \
required username="admin" password="$password";
listener.name.external.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule \
required username="admin" password="$password" user_admin="$password";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=false
super.users=User:admin
log.dirs=$data
auto.create.topics.enable=false
num.partitions=12
default.replication.factor=$replicas
min.insync.replicas=$in_sync
offsets.topic.num.partitions=4
offsets.topic.replication.factor=$replicas
offsets.retention.minutes=2147483647
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$in_sync
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=$replicas
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
log.segment.bytes=67108864
log.index.size.max.bytes=262144
num.recovery.threads.per.data.dir=2
message.max.bytes=262144
END

if [ ! -f "$data/meta.properties" ]; then
    printf '%s\n' --add-scram "SCRAM-SHA-512=[name=admin,password=$password]" >"$run/administrator"
    # On success it prints the administrator's keys, which belong into no log.
    /opt/kafka/bin/kafka-storage.sh format --cluster-id "$KAFKA_CLUSTER_ID" \
        --config "$run/server.properties" "@$run/administrator" >"$run/formatted" 2>&1 ||
        { cat "$run/formatted"; exit 1; }
    rm "$run/administrator" "$run/formatted"
fi
exec /opt/kafka/bin/kafka-server-start.sh "$run/server.properties"
