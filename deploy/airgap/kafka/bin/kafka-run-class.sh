#!/bin/bash
# Runs a class of Kafka; the jars have the server and its storage tool, not the other command lines.
# Its class path is the same, in the same order, as in the training run that made the cache (train.sh).
libraries=(/opt/kafka/libs/*.jar)
kept=/opt/kafka/kafka.aot
[ ! -f "$kept" ] || ahead=-XX:AOTCache=$kept
exec "$JAVA_HOME/bin/java" ${KAFKA_HEAP_OPTS:--Xmx512m} -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching ${ahead:-} \
    ${KAFKA_JVM_PERFORMANCE_OPTS:-} ${KAFKA_OPTS:-} -Djava.util.logging.config.file=/opt/kafka/config/logging.properties \
    -cp "$(IFS=:; echo "${libraries[*]}")" "$@"
